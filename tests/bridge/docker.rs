//! What dockerd 28 with the classic image store (BuildKit 0.25) advertises.

use std::collections::BTreeMap;

const LLB: &str = "
    cache.azblob cache.gha cache.s3 constraints exec.cgroup exec.meta.base exec.meta.cdi
    exec.meta.cgroup.parent exec.meta.network exec.meta.proxyenv exec.meta.removemountstubs.recursive
    exec.meta.security exec.meta.security.devices.v1 exec.meta.setsdefaultpath exec.meta.ulimit
    exec.mount.bind exec.mount.bind.readwrite-nooutput exec.mount.cache exec.mount.cache.content
    exec.mount.cache.sharing exec.mount.secret exec.mount.selector exec.mount.ssh exec.mount.tmpfs
    exec.mount.tmpfs.size exec.secretenv exec.validexitcode exporter.image.annotations
    exporter.image.attestations exporter.multiple exporter.session exporter.sourcedateepoch file.base
    file.copy.alwaysreplaceexistingdestpaths file.copy.includeexcludepatterns file.copy.modestring
    file.rm.nofollowsymlink file.rm.wildcard file.symlink.create gc.freespacefilter meta.description
    meta.exportcache meta.ignorecache platform source.buildop.llbfilename source.git source.git.checksum
    source.git.fullurl source.git.httpauth source.git.keepgitdir source.git.knownsshhosts
    source.git.mountsshsock source.git.skipsubmodules source.git.subdir soruce.http.uidgid source.http
    source.http.auth source.http.checksum source.http.header source.http.perm source.image
    source.image.checksum source.image.layerlimit source.image.resolvemode source.local
    source.local.differ source.local.excludepatterns source.local.followpaths
    source.local.includepatterns source.local.metadatatransfer source.local.sessionid
    source.local.sharedkeyhint source.local.unique source.ocilayout source.policy";

/// There and switched off: only the containerd image store has them.
const SWITCHED_OFF: &str = "mergeop diffop";

const API: &str = "
    frontend.caps frontend.inputs gateway.evaluate gateway.exec gateway.exec.extrahosts
    gateway.exec.secretenv gateway.exec.signals gateway.solve.evaluate gateway.solve.metadata
    gateway.warnings importcaches proto.refarray readdir readfile reference.attestations
    reference.output resolveimage resolveimage.resolvemode return returnmap solve.base
    solve.inlinereturn source.metaresolver statfile";

fn words(text: &str, enabled: bool) -> impl Iterator<Item = (String, bool)> {
    text.split_whitespace()
        .map(move |name| (name.to_owned(), enabled))
}

/// Capabilities of LLB, and whether each is enabled.
pub(crate) fn llb() -> BTreeMap<String, bool> {
    words(LLB, true).chain(words(SWITCHED_OFF, false)).collect()
}

/// Capabilities of the gateway.
pub(crate) fn api() -> BTreeMap<String, bool> {
    words(API, true).collect()
}
