// The driver and the browser, each pinned to a version, to a hash and to a licence.
//
// Nothing but npm's registry is asked, and nothing of a package runs while it is fetched. Neither package is a part of
// linchpin; still, none comes whose licence would not be welcome in it.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { brotliDecompressSync } from "node:zlib";

const HERE = import.meta.dirname;
const WORK = join(HERE, ".work");
const OF_THE_MACHINE = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const DRIVER = {
  name: "playwright-core",
  version: "1.65.1",
  licence: "Apache-2.0",
  sha512: "hqPpz7blSMPxWVdoeE1yiBSzXsKiVOd2k+kjCvmUywD2GPO2Dd9HfcWnq9NN0GHbNZDFgZ9JfBFr+X5/BLo0qw==",
};

// A Chromium as it runs where nothing is installed: its own NSS and fonts lie beside it. Only what is in the package is
// used, so that its code, and what that depends on, is not fetched.
const BROWSER = {
  name: "@sparticuz/chromium",
  version: "153.0.0",
  licence: "MIT",
  sha512: "jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==",
};

/// The driver's way to start a Chromium.
export async function driver() {
  const { chromium } = await import(join(fetched(DRIVER), "index.mjs"));
  return chromium;
}

/// Where a Chromium is, and what it needs around it.
export function browser() {
  const own = process.env.BROWSER_FROM === "npm" ? undefined : ofTheMachine();
  if (own) return { path: own, environment: {} };
  const folder = unpacked(fetched(BROWSER));
  return {
    path: join(folder, "chromium"),
    environment: { LD_LIBRARY_PATH: join(folder, "lib"), FONTCONFIG_FILE: join(folder, "fonts.conf") },
  };
}

function ofTheMachine() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return OF_THE_MACHINE.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path));
}

/// The package's folder; fetched from the registry if this version is not there.
function fetched({ name, version, licence, sha512 }) {
  const folder = join(WORK, `${name.replace(/^@/, "").replace("/", "-")}-${version}`);
  const stamp = join(folder, "fetched");
  if (!existsSync(stamp)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    execFileSync("npm", ["pack", "--silent", `${name}@${version}`], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
    const [archive] = readdirSync(folder);
    const found = createHash("sha512").update(readFileSync(join(folder, archive))).digest("base64");
    if (found !== sha512) throw new Error(`${name} ${version} is not what it was: sha512 ${found}`);
    execFileSync("tar", ["xzf", archive, "--no-same-owner"], { cwd: folder });
    rmSync(join(folder, archive));
    writeFileSync(stamp, "");
  }
  const told = JSON.parse(readFileSync(join(folder, "package/package.json"), "utf8"));
  if (told.license !== licence) throw new Error(`${name} ${version}: licence ${told.license}, not ${licence}`);
  return join(folder, "package");
}

function unpacked(folder) {
  const packed = join(folder, "bin");
  const to = join(folder, "unpacked");
  if (existsSync(join(to, "unpacked"))) return to;
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(packed)) {
    const bytes = brotliDecompressSync(readFileSync(join(packed, name)));
    if (name.endsWith(".tar.br")) execFileSync("tar", ["xf", "-", "--no-same-owner"], { cwd: to, input: bytes });
    else writeFileSync(join(to, name.replace(/\.br$/, "")), bytes, { mode: 0o755 });
  }
  // The one in the package names a folder of another machine.
  writeFileSync(join(to, "fonts.conf"), `<?xml version="1.0"?>\n<fontconfig><dir>${join(to, "fonts")}</dir><cachedir>${to}</cachedir></fontconfig>\n`);
  writeFileSync(join(to, "unpacked"), "");
  return to;
}
