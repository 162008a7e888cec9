//! The wire types, from one place, so that they can be swapped: the module `definition` and the layer
//! `gateway` name them, and nobody else does. They come from `bollard-buildkit-proto` (BuildKit 0.29).

pub use bollard_buildkit_proto::fsutil::types::Stat;
pub use bollard_buildkit_proto::google::protobuf::Any;
pub use bollard_buildkit_proto::google::rpc::Status;
pub use bollard_buildkit_proto::moby::buildkit::v1::apicaps;
pub use bollard_buildkit_proto::moby::buildkit::v1::frontend;
pub use bollard_buildkit_proto::pb::*;
