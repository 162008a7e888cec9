//! A graph with every op and every field that our types have.

use std::collections::{BTreeMap, BTreeSet};

use wheelwright::diagnostic::{Location, Source as Text};
use wheelwright::llb::{
    CacheSharing, CopyFiles, Destination, Diff, Differ, Exec, ExecResult, FileAction, FileOp,
    GitCommit, GitRemote, GitSource, Graph, HttpSource, HttpUrl, ImageSource, LocalSource,
    MakeDirectory, MakeFile, Mode, Mount, Network, NodeMeta, NonEmpty, OciLayoutSource, Op, Output,
    Owner, ProgressGroup, Remove, SecretFile, SecretVariable, Source, SshAgent, Subtree, Symlink,
    Time, Wildcard,
};
use wheelwright::options::{Proxies, ResolveMode, Ulimit};

use crate::build::{ALPINE, add, amd64, at, exec, merge, point};

const DIGEST: &str = "sha256:a7f9733e307dd352c82d43053b783dd17bb2ec2c36214908ce393e41545c8b51";

const USER: Owner = Owner {
    user: 1000,
    group: 1001,
};

const TIME: Option<Time> = Some(Time::from_seconds(315_532_800));

/// All kinds of sources: each with all that can be said of it, but for the last two, of which nothing is said.
fn sources() -> Vec<Source> {
    let url = HttpUrl::parse("https://example.org/a.tar.gz").unwrap();
    let remote = |text| GitRemote::parse(text).unwrap();
    vec![
        Source::Image(ImageSource {
            reference: ALPINE.parse().unwrap(),
            platform: amd64(),
            resolve_mode: ResolveMode::Pull,
        }),
        Source::OciLayout(OciLayoutSource {
            name: "docker.io/library/base:latest".parse().unwrap(),
            digest: DIGEST.parse().unwrap(),
            session: "session".to_owned(),
            store: "store".to_owned(),
            platform: amd64(),
        }),
        Source::Local(LocalSource {
            session: "session".to_owned(),
            include: vec!["*.py".to_owned(), "<&>".to_owned()],
            exclude: vec!["*.pyc".to_owned()],
            follow: vec!["src".to_owned()],
            shared_key_hint: "hint".to_owned(),
            differ: Differ::None,
            ..LocalSource::new("context")
        }),
        Source::Git(GitSource {
            reference: "v1".to_owned(),
            subdir: "app".to_owned(),
            commit: Some(GitCommit {
                hash: "0123456789abcdef0123456789abcdef01234567".to_owned(),
                even_if_moved: true,
            }),
            keep_git_dir: true,
            skip_submodules: true,
            commit_times: true,
            auth_token_secret: "token".to_owned(),
            auth_header_secret: "header".to_owned(),
            ..GitSource::new(
                remote("git@example.org:team/app.git").with_known_hosts("example.org key\n"),
            )
        }),
        Source::Http(HttpSource {
            checksum: Some(DIGEST.parse().unwrap()),
            filename: "a".to_owned(),
            mode: Some(Mode::new(0o644)),
            owner: USER,
            auth_header_secret: "header".to_owned(),
            ..HttpSource::new(url.clone())
        }),
        Source::Local(LocalSource::new("plain")),
        Source::Git(GitSource::new(remote("https://example.org/team/lib.git"))),
        Source::Http(HttpSource::new(url)),
    ]
}

/// All changes to files.
fn changes(from: Output) -> NonEmpty<FileAction> {
    let (owner, time) = (Some(USER), TIME);
    let directory = MakeDirectory {
        path: at("/d"),
        mode: Mode::new(0o755),
        parents: true,
        owner,
        time,
    };
    let file = |path, data: &[u8]| MakeFile {
        path: at(path),
        data: data.to_vec(),
        mode: Mode::new(0o4755),
        owner,
        time,
    };
    let link = Symlink {
        path: at("/d/link"),
        target: "../text".to_owned(),
        owner,
        time,
    };
    let copy = CopyFiles {
        at: Destination::Into(at("/d")),
        mode: Some(Mode::new(0o640)),
        owner,
        time,
        include: vec!["*.py".to_owned()],
        exclude: vec!["x".to_owned(), "y".to_owned()],
        wildcard: Wildcard::Any,
        unpack: true,
        follow_links: false,
        contents: false,
        ..CopyFiles::new(from, at("/src/*"), at("/d"))
    };
    let remove = Remove {
        path: at("/tmp/*"),
        wildcard: true,
        allow_missing: true,
    };
    NonEmpty::new(FileAction::MakeDirectory(directory))
        .and(FileAction::MakeFile(file("/text", b"text\n")))
        .and(FileAction::MakeFile(file("/bytes", b"\xff")))
        .and(FileAction::Symlink(link))
        .and(FileAction::Copy(copy))
        .and(FileAction::Remove(remove))
}

/// A command with all kinds of mounts, and all else that can be said of one.
fn command(root: Output, tree: Output) -> Exec {
    let arguments = NonEmpty::new("sh".to_owned()).and("-c".to_owned());
    let part = |path| Subtree {
        of: tree,
        select: at(path),
    };
    let cache = |id: &str, sharing, from| Mount::Cache {
        id: id.to_owned(),
        sharing,
        from,
    };
    let secret = SecretFile {
        mode: Mode::new(0o440),
        owner: USER,
        optional: true,
        ..SecretFile::new("token")
    };
    let agent = SshAgent {
        mode: Mode::new(0o660),
        owner: USER,
        optional: true,
        ..SshAgent::new("deploy")
    };
    let variable = SecretVariable {
        id: "token".to_owned(),
        optional: true,
    };
    let limit = Ulimit {
        name: "nofile".to_owned(),
        soft: 1024,
        hard: 2048,
    };
    Exec {
        env: vec![("A".to_owned(), "1=2".to_owned())],
        secret_env: BTreeMap::from([("TOKEN".to_owned(), variable)]),
        directory: at("/work"),
        user: "app:app".to_owned(),
        mounts: BTreeMap::from([
            (point("/read"), Mount::Read(part("/d"))),
            (point("/scratch"), Mount::Scratch(Subtree::all(tree))),
            (point("/c1"), cache("one", CacheSharing::Shared, None)),
            (
                point("/c2"),
                cache("two", CacheSharing::Private, Some(part("/d"))),
            ),
            (point("/c3"), cache("three", CacheSharing::Locked, None)),
            (point("/tmp"), Mount::Tmpfs { size: 0 }),
            (point("/dev/shm"), Mount::Tmpfs { size: 1 << 20 }),
            (point("/agent"), Mount::Ssh(agent)),
            (point("/agents/usual"), Mount::Ssh(SshAgent::new(""))),
            (point("/a/secret"), Mount::Secret(secret)),
        ]),
        result: ExecResult::Folder {
            at: point("/out"),
            from: Some(tree),
        },
        network: Network::Host,
        proxies: Proxies {
            http: "http://proxy".to_owned(),
            ..Proxies::default()
        },
        extra_hosts: vec![("db".to_owned(), "10.0.0.1".to_owned())],
        hostname: "build".to_owned(),
        ulimits: vec![limit],
        cgroup_parent: "parent".to_owned(),
        exit_codes: BTreeSet::from([0, 3]),
        ..Exec::new(arguments, Some(root), amd64())
    }
}

/// The graph, and the output that needs all of it.
pub(crate) fn everything() -> (Graph, Output) {
    let mut graph = Graph::new();
    let text = Text::new("pyproject.toml", "one\ntwo\nthree\n");
    let sources: Vec<_> = sources()
        .into_iter()
        .map(|source| add(&mut graph, Op::Source(source)))
        .collect();
    let (root, context) = (sources[0], sources[2]);
    let file = FileOp {
        base: Some(root),
        actions: changes(context),
    };
    let file = add(&mut graph, Op::File(file));
    let meta = NodeMeta {
        origins: vec![Location::new(&text, 0..3), Location::new(&text, 4..12)],
        ignore_cache: true,
        group: Some(ProgressGroup {
            key: "key".to_owned(),
            name: "a group".to_owned(),
            weak: true,
        }),
        ..NodeMeta::named("a name")
    };
    let result = graph.add(exec(command(root, file)), meta);
    let upper = result;
    let lower = root;
    let diffs = [
        Diff::Between { lower, upper },
        Diff::FromEmpty { upper },
        Diff::ToEmpty { lower },
    ]
    .map(|diff| add(&mut graph, Op::Diff(diff)));
    let all: Vec<_> = sources[1..].iter().chain(&diffs).copied().collect();
    let merge = add(&mut graph, merge(root, &all));
    (graph, merge)
}
