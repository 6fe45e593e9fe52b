//! Sorts of files that people name in a pin, and how such files are spelled where calls name them.
//!
//! "Don't touch the tests" is about files, and which ones shows in their names: `tests/`,
//! `login_spec.rb`, `LoginTest.java`. Those spellings are the same whatever language the
//! sentence is in. Environments are spelled in hosts, contexts and paths the same way. A sort
//! that is not listed here is not understood, and then the pin is wide.

/// A sort: how its name begins in people's languages (folded), and globs for one part of a path.
struct Sort {
    names: &'static [&'static str],
    globs: &'static str,
}

const SORTS: &[Sort] = &[
    Sort {
        names: &["test", "prueba", "テスト", "测试", "टेस्ट", "परीक्षण"],
        globs: "test* *_test* *-test* *.test* *test.* *tests.* *spec* __tests__ e2e* fixture*",
    },
    Sort {
        names: &["config", "konfig", "設定", "配置", "कॉन्फ़िग", "कॉन्फिग"],
        globs: "*conf* *setting* *.yaml *.yml *.toml *.ini *.cfg *.json *.env *.env.* *.properties *.plist *rc",
    },
    Sort {
        names: &["backup", "sicherung", "sauvegarde", "respaldo", "バックアップ", "备份", "बैकअप"],
        globs: "*backup* *back-up* *.bak* *dump* *snapshot* *sicherung* *sauvegarde* *respaldo*",
    },
    Sort { names: &["log", "ログ", "日志", "लॉग"], globs: "*.log *.log.* log* *_log* *-log* *journal*" },
    Sort {
        names: &["photo", "picture", "image", "foto", "imagen", "写真", "画像"],
        globs: "*photo* *picture* *image* img* dcim *foto* *.jpg *.jpeg *.png *.heic *.gif *.webp *.tif* *.bmp *.svg *.raw",
    },
    Sort { names: &["video"], globs: "*video* *movie* *film* *.mp4 *.mov *.mkv *.avi *.webm *.m4v" },
    Sort { names: &["pdf"], globs: "*pdf*" },
    Sort { names: &["spreadsheet", "sheet"], globs: "*sheet* *excel* *workbook* *.xls* *.ods *.csv *.tsv *.numbers" },
    Sort { names: &["makefile"], globs: "*makefile* *.mk" },
    Sort { names: &["readme"], globs: "*readme*" },
    Sort { names: &["changelog"], globs: "*changelog* changes* history*" },
    Sort { names: &["lockfile"], globs: "*lock* go.sum *shrinkwrap*" },
];

/// An environment: its names, and a regular expression for what shows it in a call.
struct Environment {
    names: &'static [&'static str],
    pattern: &'static str,
}

const ENVIRONMENTS: &[Environment] = &[
    Environment {
        names: &["prod", "live", "the live", "en production", "生产", "本番", "线上", "正式", "プロダクション", "प्रोडक्शन", "लाइव"],
        pattern: r"prod(?:u[ck]tion)?(?-u:\b)|prod[-_]|(?-u:\b)live(?-u:\b)|生产|线上|本番",
    },
    Environment {
        names: &["staging", "预发", "ステージング", "homologacao", "collaudo", "preprod", "测试环境"],
        pattern: r"stag(?:e|ing)|(?-u:\b)stg(?-u:\b)|preprod|(?-u:\b)uat(?-u:\b)|homolog",
    },
];

/// Globs for the paths of files of such a sort; nothing for a sort that is not understood.
pub(super) fn globs(folded: &str) -> Option<Vec<String>> {
    let parts = parts(folded)?;
    Some(parts.flat_map(|part| [format!("**/{part}"), format!("**/{part}/**")]).collect())
}

/// A regular expression for what shows such a sort, or such an environment, anywhere in a call.
pub(super) fn pattern(folded: &str) -> Option<String> {
    let begins = |names: &[&str]| names.iter().any(|name| folded.starts_with(name));
    if let Some(environment) = ENVIRONMENTS.iter().find(|environment| begins(environment.names)) {
        return Some(environment.pattern.to_owned());
    }
    let spelled: Vec<String> = parts(folded)?.map(|part| regex::escape(part.trim_matches('*'))).collect();
    Some(spelled.join("|"))
}

fn parts(folded: &str) -> Option<impl Iterator<Item = &'static str>> {
    let sort = SORTS.iter().find(|sort| sort.names.iter().any(|name| folded.starts_with(name)))?;
    Some(sort.globs.split_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sort_of_files_is_known_by_its_name_in_any_language() {
        assert_eq!(globs("tests"), globs("テスト"));
        assert!(globs("konfigurationsdateien").is_some_and(|globs| globs.contains(&"**/*conf*".to_owned())));
        assert!(globs("heirlooms").is_none());
    }

    #[test]
    fn an_environment_is_no_product() {
        let found =
            |text: &str| regex::Regex::new(&format!("(?i){}", pattern("production").expect("known"))).expect("compiles").is_match(text);
        assert!(found("kubectl --context prod-eu") && found("db.production.example"));
        assert!(!found("rm products.csv") && !found("delivery"));
    }
}
