//! Everything that our types have, as text, as JSON, and with its capabilities.

use std::collections::BTreeSet;

use wheelwright::definition::{encode, to_json};
use wheelwright::llb::Capabilities;
use wheelwright::pb;

use crate::build::ops;
use crate::everything::everything;

#[test]
fn everything_is_listed() {
    let (graph, _) = everything();
    insta::assert_snapshot!(graph.to_string(), @r#"
    1 image docker.io/library/alpine:latest for linux/amd64, resolve pull
      capabilities constraints platform source.image source.image.resolvemode

    2 image oci-layout://docker.io/library/base:latest@sha256:a7f9733e307dd352c82d43053b783dd17bb2ec2c36214908ce393e41545c8b51 for linux/amd64
      oci.session session
      oci.store store
      capabilities constraints platform source.ocilayout

    3 local context
      local.differ none
      local.excludepatterns ["*.pyc"]
      local.followpaths ["src"]
      local.includepattern ["*.py","<&>"]
      local.session session
      local.sharedkeyhint hint
      capabilities constraints source.local source.local.excludepatterns source.local.followpaths source.local.includepatterns source.local.sessionid source.local.sharedkeyhint

    4 fetch git://example.org/team/app.git#v1:app
      git.authheadersecret header
      git.authtokensecret token
      git.checksum 0123456789abcdef0123456789abcdef01234567
      git.fetchbycommit true
      git.fullurl git@example.org:team/app.git
      git.keepgitdir true
      git.knownsshhosts example.org key\n
      git.mountsshsock default
      git.mtime commit
      git.skipsubmodules true
      capabilities constraints source.git source.git.checksum source.git.fetchbycommit source.git.fullurl source.git.httpauth source.git.keepgitdir source.git.knownsshhosts source.git.mountsshsock source.git.mtime source.git.skipsubmodules source.git.subdir

    5 fetch https://example.org/a.tar.gz
      http.authheadersecret header
      http.checksum sha256:a7f9733e307dd352c82d43053b783dd17bb2ec2c36214908ce393e41545c8b51
      http.filename a
      http.gid 1001
      http.perm 0644
      http.uid 1000
      capabilities constraints soruce.http.uidgid source.http source.http.auth source.http.checksum source.http.perm

    6 local plain
      capabilities constraints source.local

    7 fetch git://example.org/team/lib.git
      git.authheadersecret GIT_AUTH_HEADER
      git.authtokensecret GIT_AUTH_TOKEN
      git.fullurl https://example.org/team/lib.git
      capabilities constraints source.git source.git.fullurl

    8 fetch https://example.org/a.tar.gz
      capabilities constraints source.http

    9 file
      on 1 make folder /d with parents, mode 0755, owner 1000:1001, time 315532800000000000
      on previous make /text, 5 bytes, mode 04755, owner 1000:1001, time 315532800000000000
      on previous make /bytes, 1 bytes, mode 04755, owner 1000:1001, time 315532800000000000
      on previous link /d/link to ../text, owner 1000:1001, time 315532800000000000
      on previous copy any 3:/src/* into /d, mode 0640, owner 1000:1001, time 315532800000000000, unpacked, links as they are, folders themselves only *.py without x y
      on previous remove all /tmp/* if there
      capabilities constraints file.base file.copy.includeexcludepatterns file.rm.wildcard file.symlink.create

    10 exec sh -c
      in /work for linux/amd64
      env A=1=2
      env SSH_AUTH_SOCK=/agent
      env TOKEN from secret token, optional
      mount / 1, output 0
      mount /c1 cache one Shared
      mount /c2 cache two Private from 9:/d
      mount /c3 cache three Locked
      mount /dev/shm memory, 1048576 bytes
      mount /out 9, output 1
      mount /read 9:/d, read only
      mount /scratch 9
      mount /tmp memory
      mount /a/secret secret token, mode 0440, owner 1000:1001, optional
      mount /agent agent deploy, mode 0660, owner 1000:1001, optional
      mount /agents/usual agent default, mode 0600, owner 0:0
      user app:app
      host name build
      cgroup parent parent
      limit nofile 1024:2048
      succeeds with 0 3
      network host
      proxies http=http://proxy https= ftp= no= all=
      host db=10.0.0.1
      name a name
      lines pyproject.toml:1-1
      lines pyproject.toml:2-3
      group a group, weak
      ignores the cache
      capabilities constraints exec.meta.base exec.meta.cgroup.parent exec.meta.network exec.meta.proxyenv exec.meta.ulimit exec.mount.bind exec.mount.bind.readwrite-nooutput exec.mount.cache exec.mount.cache.sharing exec.mount.secret exec.mount.selector exec.mount.ssh exec.mount.tmpfs exec.mount.tmpfs.size exec.secretenv exec.validexitcode meta.description meta.ignorecache platform

    11 diff 1 to 10.1
      capabilities constraints diffop

    12 diff empty to 10.1
      capabilities constraints diffop

    13 diff 1 to empty
      capabilities constraints diffop

    14 merge 1 2 3 4 5 6 7 8 11 12 13
      capabilities constraints mergeop
    "#);
}

#[test]
fn everything_is_in_the_json() {
    let (graph, result) = everything();
    let definition = encode(&graph, result);
    let json = to_json(&definition);
    assert_eq!(json["head"], definition.head());
    let ops = json["ops"].as_array().unwrap();
    assert_eq!(ops.len(), definition.message().def.len());
    // Without digests, which the bytes decide: those are compared elsewhere.
    let lines = ops.iter().map(|op| {
        let mut op = op.as_object().unwrap().clone();
        op.shift_remove("digest").unwrap();
        if let Some(inputs) = op.get_mut("inputs") {
            *inputs = inputs.as_array().unwrap().len().into();
        }
        serde_json::to_string(&op).unwrap()
    });
    insta::assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
    {"platform":{"os":"linux","architecture":"amd64"},"op":{"source":{"identifier":"docker-image://docker.io/library/alpine:latest","attrs":{"image.resolvemode":"pull"}}},"metadata":{"caps":["constraints","platform","source.image","source.image.resolvemode"]}}
    {"platform":{"os":"linux","architecture":"amd64"},"op":{"source":{"identifier":"oci-layout://docker.io/library/base:latest@sha256:a7f9733e307dd352c82d43053b783dd17bb2ec2c36214908ce393e41545c8b51","attrs":{"oci.session":"session","oci.store":"store"}}},"metadata":{"caps":["constraints","platform","source.ocilayout"]}}
    {"op":{"source":{"identifier":"local://context","attrs":{"local.differ":"none","local.excludepatterns":"[\"*.pyc\"]","local.followpaths":"[\"src\"]","local.includepattern":"[\"*.py\",\"<&>\"]","local.session":"session","local.sharedkeyhint":"hint"}}},"metadata":{"caps":["constraints","source.local","source.local.excludepatterns","source.local.followpaths","source.local.includepatterns","source.local.sessionid","source.local.sharedkeyhint"]}}
    {"op":{"source":{"identifier":"git://example.org/team/app.git#v1:app","attrs":{"git.authheadersecret":"header","git.authtokensecret":"token","git.checksum":"0123456789abcdef0123456789abcdef01234567","git.fetchbycommit":"true","git.fullurl":"git@example.org:team/app.git","git.keepgitdir":"true","git.knownsshhosts":"example.org key\n","git.mountsshsock":"default","git.mtime":"commit","git.skipsubmodules":"true"}}},"metadata":{"caps":["constraints","source.git","source.git.checksum","source.git.fetchbycommit","source.git.fullurl","source.git.httpauth","source.git.keepgitdir","source.git.knownsshhosts","source.git.mountsshsock","source.git.mtime","source.git.skipsubmodules","source.git.subdir"]}}
    {"op":{"source":{"identifier":"https://example.org/a.tar.gz","attrs":{"http.authheadersecret":"header","http.checksum":"sha256:a7f9733e307dd352c82d43053b783dd17bb2ec2c36214908ce393e41545c8b51","http.filename":"a","http.gid":"1001","http.perm":"0644","http.uid":"1000"}}},"metadata":{"caps":["constraints","soruce.http.uidgid","source.http","source.http.auth","source.http.checksum","source.http.perm"]}}
    {"op":{"source":{"identifier":"local://plain"}},"metadata":{"caps":["constraints","source.local"]}}
    {"op":{"source":{"identifier":"git://example.org/team/lib.git","attrs":{"git.authheadersecret":"GIT_AUTH_HEADER","git.authtokensecret":"GIT_AUTH_TOKEN","git.fullurl":"https://example.org/team/lib.git"}}},"metadata":{"caps":["constraints","source.git","source.git.fullurl"]}}
    {"op":{"source":{"identifier":"https://example.org/a.tar.gz"}},"metadata":{"caps":["constraints","source.http"]}}
    {"inputs":2,"op":{"file":{"actions":[{"input":0,"secondaryInput":-1,"output":-1,"mkdir":{"path":"/d","mode":"0755","makeParents":true,"owner":{"user":1000,"group":1001},"timestamp":315532800000000000}},{"input":2,"secondaryInput":-1,"output":-1,"mkfile":{"path":"/text","mode":"04755","data":"text\n","owner":{"user":1000,"group":1001},"timestamp":315532800000000000}},{"input":3,"secondaryInput":-1,"output":-1,"mkfile":{"path":"/bytes","mode":"04755","dataBase64":"/w==","owner":{"user":1000,"group":1001},"timestamp":315532800000000000}},{"input":4,"secondaryInput":-1,"output":-1,"symlink":{"oldpath":"../text","newpath":"/d/link","owner":{"user":1000,"group":1001},"timestamp":315532800000000000}},{"input":5,"secondaryInput":1,"output":-1,"copy":{"src":"/src/*","dest":"/d/","owner":{"user":1000,"group":1001},"mode":"0640","attemptUnpackDockerCompatibility":true,"createDestPath":true,"allowWildcard":true,"allowEmptyWildcard":true,"timestamp":315532800000000000,"includePatterns":["*.py"],"excludePatterns":["x","y"]}},{"input":6,"secondaryInput":-1,"output":0,"rm":{"path":"/tmp/*","allowNotFound":true,"allowWildcard":true}}]}},"metadata":{"caps":["constraints","file.base","file.copy.includeexcludepatterns","file.rm.wildcard","file.symlink.create"]}}
    {"inputs":2,"platform":{"os":"linux","architecture":"amd64"},"op":{"exec":{"meta":{"args":["sh","-c"],"env":["A=1=2","SSH_AUTH_SOCK=/agent"],"cwd":"/work","user":"app:app","hostname":"build","proxyEnv":{"httpProxy":"http://proxy"},"extraHosts":[{"host":"db","ip":"10.0.0.1"}],"ulimit":[{"name":"nofile","soft":1024,"hard":2048}],"cgroupParent":"parent","removeMountStubsRecursive":true,"validExitCodes":[0,3]},"mounts":[{"dest":"/","mountType":"bind","input":0,"output":0},{"dest":"/c1","mountType":"cache","input":-1,"output":-1,"cacheOpt":{"id":"one","sharing":"shared"}},{"dest":"/c2","mountType":"cache","input":1,"selector":"/d","output":-1,"cacheOpt":{"id":"two","sharing":"private"}},{"dest":"/c3","mountType":"cache","input":-1,"output":-1,"cacheOpt":{"id":"three","sharing":"locked"}},{"dest":"/dev/shm","mountType":"tmpfs","input":-1,"output":-1,"tmpfsOpt":{"size":1048576}},{"dest":"/out","mountType":"bind","input":1,"output":1},{"dest":"/read","mountType":"bind","input":1,"selector":"/d","output":-1,"readonly":true},{"dest":"/scratch","mountType":"bind","input":1,"output":-1},{"dest":"/tmp","mountType":"tmpfs","input":-1,"output":-1,"tmpfsOpt":{"size":0}},{"dest":"/a/secret","mountType":"secret","input":-1,"output":0,"secretOpt":{"id":"token","uid":1000,"gid":1001,"mode":"0440","optional":true}},{"dest":"/agent","mountType":"ssh","input":-1,"output":0,"sshOpt":{"id":"deploy","uid":1000,"gid":1001,"mode":"0660","optional":true}},{"dest":"/agents/usual","mountType":"ssh","input":-1,"output":0,"sshOpt":{"uid":0,"gid":0,"mode":"0600"}}],"network":"host","secretenv":[{"id":"token","name":"TOKEN","optional":true}]}},"metadata":{"ignoreCache":true,"description":{"llb.customname":"a name"},"progressGroup":{"id":"sha256:8395016ee3c4d980c36395e8891a95bb2d53b53a4fc956f04989df63456038c8","name":"a group","weak":true},"caps":["constraints","exec.meta.base","exec.meta.cgroup.parent","exec.meta.network","exec.meta.proxyenv","exec.meta.ulimit","exec.mount.bind","exec.mount.bind.readwrite-nooutput","exec.mount.cache","exec.mount.cache.sharing","exec.mount.secret","exec.mount.selector","exec.mount.ssh","exec.mount.tmpfs","exec.mount.tmpfs.size","exec.secretenv","exec.validexitcode","meta.description","meta.ignorecache","platform"]},"locations":[{"filename":"pyproject.toml","first":1,"last":1},{"filename":"pyproject.toml","first":2,"last":3}]}
    {"inputs":2,"op":{"diff":{"lower":0,"upper":1}},"metadata":{"caps":["constraints","diffop"]}}
    {"inputs":1,"op":{"diff":{"lower":-1,"upper":0}},"metadata":{"caps":["constraints","diffop"]}}
    {"inputs":1,"op":{"diff":{"lower":0,"upper":-1}},"metadata":{"caps":["constraints","diffop"]}}
    {"inputs":11,"op":{"merge":{"inputs":[0,1,2,3,4,5,6,7,8,9,10]}},"metadata":{"caps":["constraints","mergeop"]}}
    {"inputs":1,"metadata":{"caps":["constraints","meta.description","meta.ignorecache","platform"]}}
    "#);
}

#[test]
fn every_capability_is_declared_by_the_op_that_uses_it() {
    let (graph, result) = everything();
    let all = Capabilities::all();
    let all: BTreeSet<_> = all.names().collect();
    assert_eq!(BTreeSet::from_iter(graph.capabilities()), all);
    let definition = encode(&graph, result);
    let declared = definition.message().metadata.values();
    let declared = declared.flat_map(|op| op.caps.keys().map(String::as_str));
    assert_eq!(declared.collect::<BTreeSet<_>>(), all);
}

/// Go's encoder writes an empty value, and prost does not: the digests would not be the same.
#[test]
fn no_attribute_is_empty() {
    let (graph, result) = everything();
    let mut attributes = 0;
    for op in ops(&encode(&graph, result)) {
        if let Some(pb::op::Op::Source(source)) = op.op {
            attributes += source.attrs.len();
            let empty = source.attrs.values().filter(|value| value.is_empty());
            assert_eq!(empty.count(), 0, "{source:?}");
        }
    }
    assert!(attributes > 25, "{attributes}");
}
