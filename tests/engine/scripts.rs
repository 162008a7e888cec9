//! What the scripts of steps tell and decide, where a build seldom gets to: they run by themselves in the base image.

use crate::support::{Build, Engine};

const COMPILE_BYTECODE: &str = include_str!("../../src/plan/scripts/compile_bytecode.py");
const BUILD_DIST: &str = include_str!("../../src/plan/scripts/build_dist.py");
const INSTALL_PROJECT: &str = include_str!("../../src/plan/scripts/install_project.py");
const CHANGES: &str = include_str!("../../src/plan/scripts/changes.py");
const REPAIR_WHEELS: &str = include_str!("../../src/plan/scripts/repair_wheels.py");
const WITH_ACCESS: &str = include_str!("../../src/plan/scripts/with_access.py");
const ALL: [&str; 24] = [
    WITH_ACCESS,
    include_str!("../../src/plan/scripts/base_image.py"),
    BUILD_DIST,
    include_str!("../../src/plan/scripts/check_interpreter.py"),
    include_str!("../../src/plan/scripts/check_requirements.py"),
    COMPILE_BYTECODE,
    include_str!("../../src/plan/scripts/copy_files.py"),
    include_str!("../../src/plan/scripts/copy_tests.py"),
    INSTALL_PROJECT,
    include_str!("../../src/plan/scripts/install_python.py"),
    include_str!("../../src/plan/scripts/into_interpreter.py"),
    include_str!("../../src/plan/scripts/lay_files.py"),
    include_str!("../../src/plan/scripts/make_writable.py"),
    include_str!("../../src/plan/scripts/prepare_root.py"),
    include_str!("../../src/plan/scripts/run_tests.py"),
    include_str!("../../src/plan/scripts/run_step.py"),
    include_str!("../../src/plan/scripts/run_uv.py"),
    CHANGES,
    include_str!("../../src/plan/scripts/install_system.py"),
    include_str!("../../src/plan/scripts/package_managers.py"),
    include_str!("../../src/plan/scripts/build_once.py"),
    include_str!("../../src/plan/scripts/collect_dists.py"),
    REPAIR_WHEELS,
    include_str!("../../src/plan/scripts/unpack_sdist.py"),
];

/// Runs a text as a program in a container.
fn python(text: &str, arguments: &[&str]) -> Build {
    let fixed = ["run", "--rm", "python:3.13-slim", "python3", "-c", text];
    Engine::get().docker(fixed.into_iter().chain(arguments.iter().copied()))
}

#[test]
#[ignore = "needs an engine"]
fn the_installed_project_is_looked_at() {
    let told = |installer: &[&str]| {
        let fixed = ["/media", "/part", "Demo", "demo==1"];
        let ended = python(INSTALL_PROJECT, &[&fixed, installer].concat());
        (ended.ok, ended.text.trim().to_owned())
    };
    let (ok, failed) = told(&["false"]);
    assert!(!ok, "{failed}");
    let (ok, nothing) = told(&["true"]);
    assert!(!ok, "{nothing}");
    // An installer that leaves the distribution with one file or without.
    let install = |files: &str| {
        let text = format!(
            "import os, sysconfig\n\
             folder = sysconfig.get_paths(vars={{'base': '/part', 'platbase': '/part'}})['purelib']\n\
             os.makedirs(folder + '/demo-1.dist-info')\n\
             write = lambda name, text: open(folder + '/' + name, 'w').write(text)\n\
             write('demo-1.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: demo\\nVersion: 1\\n')\n\
             write('demo-1.dist-info/RECORD', 'demo.py,,\\n')\n\
             {files}"
        );
        told(&["python3", "-c", &text])
    };
    let (ok, lost) = install("");
    assert!(!ok, "{lost}");
    assert_eq!(install("write('demo.py', '')"), (true, String::new()));
    let nothing = nothing.split(" /").next().unwrap();
    insta::assert_snapshot!([&failed, nothing, &lost].join("\n"), @"
    cannot install demo==1; what was built is nothing
    the installer ended well, and Demo is not in
    Demo was installed without demo.py
    ");
}

/// Versions are compared as PEP 440 does, in wheels and in source distributions.
#[test]
#[ignore = "needs an engine"]
fn a_distribution_of_another_version_is_told() {
    let text = format!(
        "import io, os, sys, tarfile, types, zipfile\nscript = types.ModuleType('script')\nexec({BUILD_DIST:?}, script.__dict__)\n\
         kind, command, made, expected = sys.argv[1:]\n\
         text = f'Metadata-Version: 2.1\\nName: demo\\nVersion: {{made}}\\n'.encode()\n\
         if kind == 'wheel':\n\
         \x20   with zipfile.ZipFile('/media/demo.whl', 'w') as file:\n\
         \x20       file.writestr('demo.dist-info/METADATA', text)\n\
         else:\n\
         \x20   entry = tarfile.TarInfo('demo/PKG-INFO')\n\
         \x20   entry.size = len(text)\n\
         \x20   with tarfile.open('/media/demo.tar.gz', 'w') as file:\n\
         \x20       file.addfile(entry, io.BytesIO(text))\n\
         open('/media/.gitignore', 'w').close()\n\
         script.main('/media', expected, *command.split())\n"
    );
    let told = |kind: &str, made: &str, expected: &str| {
        let ended = python(&text, &[kind, "scheme PLACE true", made, expected]);
        (ended.ok, ended.text.trim().to_owned())
    };
    for (made, expected) in [
        ("1.4.0", "1.4"),
        ("0.1.0-dev", "0.1.0.dev0"),
        ("v1.0-ALPHA_1-2", "1a1.post2"),
        ("1!2.0+Local-01", "1!2+local.1"),
        ("0+unknown", ""),
    ] {
        assert_eq!(
            told("wheel", made, expected),
            (true, String::new()),
            "{made}"
        );
    }
    let all = [
        told("wheel", "0+unknown", "1.4.0"),
        told("sdist", "1.4.0+local", "1.4.0"),
        told("sdist", "1.4.0.post0", "1.4.0"),
        told("wheel", "latest", "1.4.0"),
    ];
    assert!(all.iter().all(|(ok, _)| !ok), "{all:?}");
    insta::assert_snapshot!(all.map(|(_, told)| told).join("\n"), @"
    demo.whl has the version 0+unknown, expected 1.4.0; see why scheme does not take the version from PLACE
    demo.tar.gz has the version 1.4.0+local, expected 1.4.0; see why scheme does not take the version from PLACE
    demo.tar.gz has the version 1.4.0.post0, expected 1.4.0; see why scheme does not take the version from PLACE
    demo.whl has the version latest, expected 1.4.0; see why scheme does not take the version from PLACE
    ");
    // What builds, and fails, has told why.
    let failed = python(&text, &["wheel", "sources PLACE false", "1", "1"]);
    assert!(!failed.ok);
    assert_eq!(failed.text, "");
}

/// Each module is compiled, those that are none are passed over, and what else is compiled shows nowhere.
#[test]
#[ignore = "needs an engine"]
fn a_module_compiles_to_the_same_bytes_whatever_stands_beside_it() {
    let text = format!(
        "import os, types\nscript = types.ModuleType('script')\nexec({COMPILE_BYTECODE:?}, script.__dict__)\n\
         names = [f'm{{n}}' for n in range(40)]\n\
         line = '    return value in {{\"drop\", \"passthrough\", \"%s\"}}\\n'\n\
         module = lambda name: f'def f(value):\\n{{line % name}}def g(value):\\n{{line % name}}'\n\
         def compiled(names):\n\
         \x20   [open(f'/tmp/m/{{name}}.py', 'w').write(module(name)) for name in names]\n\
         \x20   script.compile_below('/tmp/m')\n\
         \x20   cache = '/tmp/m/__pycache__'\n\
         \x20   return {{name: open(f'{{cache}}/{{name}}', 'rb').read() for name in sorted(os.listdir(cache))}}\n\
         os.mkdir('/tmp/m')\nopen('/tmp/m/template.py', 'w').write('def')\n\
         alone = compiled(names[-1:])\n\
         together = compiled(names)\n\
         (name, bytes), = alone.items()\n\
         print(name, bytes[4:8], len(together), together[name] == bytes)\n"
    );
    insta::assert_snapshot!(python(&text, &[]).text, @r"m39.cpython-313.pyc b'\x01\x00\x00\x00' 40 True");
}

#[test]
#[ignore = "needs an engine"]
fn what_of_a_package_comes_into_the_image_is_decided_by_path_and_state() {
    let text = format!(
        "import types\nscript = types.ModuleType('script')\nexec({CHANGES:?}, script.__dict__)\n\
         FILE, FOLDER = 0o100644, 0o40755\n\
         for path, mode in [('/var/log/nginx', FOLDER), ('/var/log/nginx/error.log', FILE), ('/opt/tool-old', FILE),\n\
         ('/var/lib/dpkg/status-old', FILE), ('/etc/passwd-', FILE), ('/opt/passwd-', FILE), ('/etc/machine-id', FILE),\n\
         ('/var/cache/apt/archives/a.deb', FILE), ('/var/cache/aptitude', FOLDER)]:\n\
         \x20   print(path, 'dropped' if script.is_dropped(path, mode) else 'kept')\n\
         state = lambda mode, time=1, owner=0: (7, time, mode, owner, 0)\n\
         for what, known, now in [('new folder', None, state(FOLDER)), ('entry came', state(FOLDER), state(FOLDER, 2)),\n\
         ('folder given away', state(FOLDER), state(FOLDER, 2, 33)), ('folder closed', state(FOLDER), state(0o40700, 2)),\n\
         ('same file', state(FILE), state(FILE)), ('written file', state(FILE), state(FILE, 2)),\n\
         ('file for folder', state(FOLDER), state(FILE))]:\n\
         \x20   print(what, 'copied' if script.is_changed(known, now) else 'left')\n"
    );
    let ended = python(&text, &[]);
    assert!(ended.ok, "{}", ended.text);
    insta::assert_snapshot!(ended.text, @"
    /var/log/nginx kept
    /var/log/nginx/error.log dropped
    /opt/tool-old kept
    /var/lib/dpkg/status-old dropped
    /etc/passwd- dropped
    /opt/passwd- kept
    /etc/machine-id dropped
    /var/cache/apt/archives/a.deb dropped
    /var/cache/aptitude kept
    new folder copied
    entry came left
    folder given away copied
    folder closed copied
    same file left
    written file copied
    file for folder copied
    ");
}

#[test]
#[ignore = "needs an engine"]
fn the_oldest_python_that_is_supported_reads_every_script() {
    let read =
        "import ast, sys\nfor text in sys.argv[1:]: ast.parse(text, feature_version=(3, 10))";
    let ended = python(read, &ALL);
    assert!(ended.ok, "{}", ended.text);
    // Ahead of what is supported: the check does check.
    assert!(!python(read, &["type A = int"]).ok);
}

#[test]
#[ignore = "needs an engine"]
fn wheels_are_repaired_where_they_are_not_tagged_as_asked() {
    let text = format!(
        "import os, sys, tempfile, types\nscript = types.ModuleType('script')\nexec({REPAIR_WHEELS:?}, script.__dict__)\n\
         class Ended: returncode = 0\n\
         def run(command, env, check):\n\
         \x20   open(os.path.join(command[5], 'made'), 'w')\n\
         \x20   print(command[3], flush=True)\n\
         \x20   return Ended\n\
         script.subprocess = types.SimpleNamespace(run=run)\n\
         folder = tempfile.mkdtemp()\n\
         for platform, tag in [('any', 'auto'), ('linux_x86_64', 'auto'), ('linux_x86_64', 'manylinux_2_28'),\n\
         ('manylinux_2_34_x86_64', 'auto'), ('manylinux_2_34_x86_64', 'manylinux_2_17'), ('linux_armv7l', 'auto'),\n\
         ('manylinux_2_17_x86_64.manylinux2014_x86_64', 'manylinux_2_17'), ('musllinux_1_2_aarch64', 'musllinux_1_1')]:\n\
         \x20   path = os.path.join(folder, f'a-1-cp313-cp313-{{platform}}.whl')\n\
         \x20   open(path, 'w')\n\
         \x20   script.repair(path, tempfile.mkdtemp(), tag)\n"
    );
    let ended = python(&text, &[]);
    assert!(ended.ok, "{}", ended.text);
    insta::assert_snapshot!(ended.text, @"
    a-1-cp313-cp313-any.whl needs no repair
    auto
    manylinux_2_28_x86_64
    a-1-cp313-cp313-manylinux_2_34_x86_64.whl needs no repair
    manylinux_2_17_x86_64
    auto
    a-1-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl needs no repair
    musllinux_1_1_aarch64
    ");
}

#[test]
#[ignore = "needs an engine"]
fn credentials_are_read_in_each_form() {
    let text = format!(
        "import types\nscript = types.ModuleType('script')\nexec({WITH_ACCESS:?}, script.__dict__)\n\
         for text in ['me:a:b', 'token', 'machine h login me', 'default login me',\n\
         '[global]\\nindex-url = https://me:p%40ss@index.example.org/simple',\n\
         '[global]\\nindex_url = https://index.example.org/simple\\nextra-index-url =\\n  https://x:y@other.example.org\\n  https://a:b@index.example.org/z',\n\
         '[global]\\nindex-url = https://index.example.org/simple', 'https://me:secret@index.example.org/simple',\n\
         'https://index.example.org/simple', 'two\\nlines', '[global', 'https://me:geheim\u{ff1a}wort@index.example.org/simple',\n\
         'https://me:a[geheim]b@index.example.org/simple', 'https://me:ge/heim@index.example.org/simple',\n\
         '[global]\\nindex-url = https://me:geheim\u{ff20}wort@index.example.org/simple', 'HTTPS://me:p%40@index.example.org']:\n\
         \x20   try:\n\
         \x20       print(script.credentials('corp', text, 'index.example.org'))\n\
         \x20   except SystemExit as error:\n\
         \x20       print(error)\n\
         print(script.quoted('plain'), script.quoted('a \"b#'), script.quoted(''))\n\
         for text in ['machine index.example.org login me password p', 'default login me password p',\n\
         'machine other.example.org login me password p', 'machine']:\n\
         \x20   open('/media/netrc', 'w').write(text)\n\
         \x20   try:\n\
         \x20       print(script.of_netrc('corp', '/media/netrc', 'index.example.org'))\n\
         \x20   except SystemExit as error:\n\
         \x20       print(error)\n\
         for found in [('me', 'p@'), ('__token__', 't'), ('t', '')]:\n\
         \x20   print([script.value(word, *found) for word in script.VARIABLES])\n\
         script.SECRETS = '/media'\n\
         indexes = []\n\
         for name in ['one', 'two']:\n\
         \x20   open('/media/' + name, 'w').write('me:geheim-' + name)\n\
         \x20   indexes += ['--index', name, name, name + '.example.org', name, '--user', 'ME', '--password', 'PASSWORD']\n\
         try:\n\
         \x20   script.main('/media', *indexes, '--', 'true')\n\
         except SystemExit as error:\n\
         \x20   print(error)\n\
         def main(*arguments):\n\
         \x20   raise ValueError('geheim')\n\
         script.main = main\n\
         try:\n\
         \x20   script.guarded()\n\
         except SystemExit as error:\n\
         \x20   print(error)\n"
    );
    let ended = python(&text, &[]);
    assert!(ended.ok, "{}", ended.text);
    insta::assert_snapshot!(ended.text, @r#"
    ('me', 'a:b')
    ('__token__', 'token')
    None
    None
    ('me', 'p@ss')
    ('a', 'b')
    the secret `corp` looks like a pip.conf, and has no credentials for `index.example.org`
    ('me', 'secret')
    the secret `corp` is an address without credentials
    the secret `corp` has several lines, expected `USER:PASSWORD`, a token, a .netrc or a pip.conf
    the secret `corp` looks like a pip.conf, and has no credentials for `index.example.org`
    the secret `corp` holds an address that cannot be read; quote what is special in its user and password, such as `%2F` for `/` and `%5B` for `[`
    the secret `corp` holds an address that cannot be read; quote what is special in its user and password, such as `%2F` for `/` and `%5B` for `[`
    the secret `corp` holds an address that cannot be read; quote what is special in its user and password, such as `%2F` for `/` and `%5B` for `[`
    the secret `corp` holds an address that cannot be read; quote what is special in its user and password, such as `%2F` for `/` and `%5B` for `[`
    ('me', 'p@')
    plain "a \"b#" ""
    ('me', 'p')
    ('me', 'p')
    the secret `corp` is a .netrc, and has no credentials for `index.example.org`
    None
    ['me', 'p@', 'me', 'me', 'p%40', 'me']
    ['__token__', 't', 't', '__token__', 't', 't']
    ['t', '', 't', 't', '', 't']
    `PASSWORD` stands for the credentials of two package indexes, and they differ; give it two names
    the secrets of the package indexes cannot be prepared: ValueError
    "#);
}
