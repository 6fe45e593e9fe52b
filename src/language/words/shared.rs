//! Words of the trade that people use in every language.

use super::Table;
use crate::language::mark::{Mark::*, Object, Verb};

pub(super) const WORDS: Table = &[
    (
        Verb(Verb::Push),
        "push, pushs, pushe, pushen, pushes, pushing, pushed, git push, gepusht, pushear, pushee, pushees, pusher, pushar, pushare, auto push",
    ),
    (
        Verb(Verb::ForcePush),
        "force push*, push force, push .. --force, push .. -f, --force, --force-with-lease, push .. --force-with-lease, git push .. --force, git push -f",
    ),
    (
        Verb(Verb::Commit),
        "commit, commits, committe, committen, commiten, commitez, commiter, committer, comitear, commitear, commitar, commitare, git commit, auto commit, comitar, commite",
    ),
    (Verb(Verb::Merge), "merge, merges, mergen, merging, gemergt, mergear, mergez, merger, mergear, mergear, mergiare, git merge"),
    (
        Verb(Verb::Deploy),
        "deploy, deploys, deploye, deployen, deployment, deployments, deployez, deployer, deployar, deploys, deployed, deploying, deployt, rollout, rollouts, release to prod, kubectl apply, terraform apply, helm upgrade, helm install, pulumi up, ansible playbook",
    ),
    (Verb(Verb::Remove), "rm, rm rf, rmdir, unlink, git rm, git clean, rm -rf, terraform destroy, drop table, drop database, drop tables"),
    (Verb(Verb::Truncate), "truncate, truncates, truncating, truncated"),
    (Verb(Verb::Overwrite), "git reset, reset --hard, git reset --hard, hard reset, git checkout"),
    (Verb(Verb::Restart), "restart, restarts, reboot, reboots, rollback, rollbacks"),
    (Verb(Verb::Migrate), "migration script, migration scripts, db migration, db migrations"),
    (Verb(Verb::Publish), "npm publish, cargo publish, twine upload, docker push, tweet, tweets, tweeten, twittear, tuitear, publish"),
    (Verb(Verb::Install), "npm install, pip install, apt install, apt get install, cargo install, brew install, npm i, yarn add, npx"),
    (Verb(Verb::Fetch), "curl, wget"),
    (Verb(Verb::Change), "chmod, chown"),
    (Object(Object::Access), "chmod, chown, iam, acl, acls"),
    (
        Object(Object::Message),
        "email, emails, mail, mails, e mail, e mails, sms, newsletter, newsletters, dm, dms, whatsapp, slack, telegram, inbox",
    ),
    (Object(Object::Branch), "branch, branches, tag, tags, repo, repos, repository"),
    (BranchName, "main, master, trunk, develop"),
    (Object(Object::Ticket), "pull request, pull requests, pr, prs, issue, issues, ticket, tickets, merge request, merge requests"),
    (Object(Object::Credential), "token, tokens, api key, api keys, password, passwords, credentials, ssh key, ssh keys, oauth"),
    (Object(Object::Secret), "pii, .env, secrets"),
    (Object(Object::Sudo), "sudo, as root, doas"),
    (Object(Object::Package), "package, packages, plugin, plugins, npm, pip, paket, pakete"),
    (Object(Object::Program), "script, scripts, shell, bash"),
    (Object(Object::Internet), "internet, online, web, url, urls"),
    (Object(Object::System), "server, servers, cluster, kubernetes, terraform, docker, cloud"),
    (Place, "prod, production, staging, live system"),
    (Object(Object::Particular), "test, tests, config*, konfiguration*, teste*, backup, backups, log, logs"),
    (Object(Object::Data), "database, db"),
    (Object(Object::Post), "post, posts, tweet, tweets, blog, website, forum, reddit, twitter, linkedin, facebook, instagram, youtube"),
    (Currency, "€, $, £, ¥, ₹, eur, usd, gbp, chf, jpy, inr, brl, euro, euros, dollar, dollars, rs"),
    (Measure, "kb, mb, gb, tb, kib, mib, gib, bytes, %, ms"),
    (Style, "emoji, emojis, markdown, smileys, typescript, javascript, python"),
    (MoreThan, ">"),
    (Per, "/"),
    (Small, "ok, okay, --dry-run"),
];
