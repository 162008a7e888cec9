//! What the build says of all steps: limits, memory that processes share, the name of the host.
//!
//! They change no result, so the gateway takes out of the options what an engine lacks, with a warning; the ops
//! declare what they use all the same.

use crate::llb::{Exec, Mount, MountPoint};
use crate::options::BuildOptions;
use crate::values::TargetPath;

/// Where processes share memory.
const SHARED_MEMORY: &str = "/dev/shm";

/// A command with the limits of the build.
pub(super) fn limited(exec: Exec, options: &BuildOptions) -> Exec {
    let mut mounts = exec.mounts;
    let size = options.shm_size.and_then(|size| u64::try_from(size).ok());
    let place = MountPoint::new(TargetPath::known(SHARED_MEMORY));
    if let (Some(size), Some(place)) = (size, place) {
        mounts.insert(place, Mount::Tmpfs { size });
    }
    Exec {
        mounts,
        ulimits: options.ulimits.clone(),
        cgroup_parent: options.cgroup_parent.clone().unwrap_or_default(),
        hostname: options.hostname.clone().unwrap_or_default(),
        ..exec
    }
}

#[cfg(test)]
mod tests {
    use crate::llb::{Graph, NodeMeta, NonEmpty, Op};
    use crate::values::Platform;

    use super::*;

    fn text(options: &[(&str, &str)]) -> String {
        let platform = Platform::new("linux", "amd64");
        let raw = options.iter();
        let raw = raw
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        let options = BuildOptions::parse(&raw, &platform).unwrap();
        let exec = Exec::new(NonEmpty::new("true".to_owned()), None, platform);
        let mut graph = Graph::new();
        let op = Op::Exec(Box::new(limited(exec, &options)));
        graph.add(op, NodeMeta::default());
        graph.to_string()
    }

    #[test]
    fn a_step_has_the_limits_of_the_build() {
        insta::assert_snapshot!(text(&[
            ("shm-size", "134217728"),
            ("ulimit", "nofile=1024:2048,nproc=64"),
            ("cgroup-parent", "builds"),
            ("hostname", "build"),
        ]), @"
        1 exec true
          in / for linux/amd64
          mount / empty, output 0
          mount /dev/shm memory, 134217728 bytes
          host name build
          cgroup parent builds
          limit nofile 1024:2048
          limit nproc 64:64
          capabilities constraints exec.meta.base exec.meta.cgroup.parent exec.meta.ulimit exec.mount.bind exec.mount.tmpfs exec.mount.tmpfs.size platform
        ");
    }

    #[test]
    fn a_build_that_says_nothing_changes_nothing() {
        insta::assert_snapshot!(text(&[]), @"
        1 exec true
          in / for linux/amd64
          mount / empty, output 0
          capabilities constraints exec.meta.base exec.mount.bind platform
        ");
    }
}
