//! A definition as the engine decodes it, and what a test asks of it.

use bollard_buildkit_proto::pb;
use bollard_buildkit_proto::pb::file_action::Action;
use bollard_buildkit_proto::pb::op::Op as Kind;
use prost::Message as _;
use wheelwright::values::sha256;

/// An op with its digest and metadata.
#[derive(Clone, Debug)]
pub(crate) struct Vertex {
    pub(crate) digest: String,
    pub(crate) op: pb::Op,
    pub(crate) meta: pb::OpMetadata,
}

/// A definition, decoded; the terminal op is no vertex.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) raw: pb::Definition,
    pub(crate) vertices: Vec<Vertex>,
    pub(crate) end: Vertex,
}

impl Vertex {
    fn kind(&self) -> Option<&Kind> {
        self.op.op.as_ref()
    }

    /// What the user sees of it.
    pub(crate) fn title(&self) -> &str {
        self.meta
            .description
            .get("llb.customname")
            .map_or(&self.digest, String::as_str)
    }

    /// What kind of op it is.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self.kind() {
            Some(Kind::Exec(_)) => "exec",
            Some(Kind::Source(_)) => "source",
            Some(Kind::File(_)) => "file",
            Some(Kind::Merge(_)) => "merge",
            _ => "other",
        }
    }

    /// The folder of the client that it sends, and the attributes.
    pub(crate) fn local(&self) -> Option<(&str, &pb::SourceOp)> {
        match &self.op.op {
            Some(Kind::Source(source)) => {
                Some((source.identifier.strip_prefix("local://")?, source))
            }
            _ => None,
        }
    }

    /// The image that it is the files of.
    pub(crate) fn image(&self) -> Option<&str> {
        match self.kind()? {
            Kind::Source(source) => {
                let (scheme, name) = source.identifier.split_once("://")?;
                ["docker-image", "oci-layout"]
                    .contains(&scheme)
                    .then_some(name)
            }
            _ => None,
        }
    }

    /// The list in an attribute of a local source.
    pub(crate) fn list(&self, attribute: &str) -> Vec<String> {
        let (_, source) = self.local().expect("a local source");
        let json = source.attrs.get(attribute).map_or("[]", String::as_str);
        serde_json::from_str(json).expect("lists are JSON")
    }
}

impl Definition {
    /// Decodes what was sent.
    pub(crate) fn decode(raw: &pb::Definition) -> Result<Self, String> {
        let mut vertices = raw
            .def
            .iter()
            .map(|bytes| {
                let digest = digest(bytes);
                let meta = raw.metadata.get(&digest).cloned();
                Ok(Vertex {
                    op: pb::Op::decode(bytes.as_slice()).map_err(|error| error.to_string())?,
                    meta: meta.ok_or_else(|| format!("no metadata for {digest}"))?,
                    digest,
                })
            })
            .collect::<Result<Vec<_>, String>>()?;
        let end = vertices.pop().ok_or("an empty definition")?;
        Ok(Self {
            raw: raw.clone(),
            vertices,
            end,
        })
    }

    /// The op whose output the definition gives.
    pub(crate) fn head(&self) -> Option<&Vertex> {
        let digest = &self.end.op.inputs.first()?.digest;
        self.vertices.iter().find(|vertex| vertex.digest == *digest)
    }

    /// The commands, each with its vertex.
    pub(crate) fn execs(&self) -> Vec<(&Vertex, &pb::ExecOp)> {
        let exec = |vertex| match &Vertex::kind(vertex)? {
            Kind::Exec(exec) => Some((vertex, exec)),
            _ => None,
        };
        self.vertices.iter().filter_map(exec).collect()
    }

    /// The only command whose title begins so.
    pub(crate) fn exec(&self, title: &str) -> &pb::ExecOp {
        let mut execs = self.execs();
        execs.retain(|(vertex, _)| vertex.title().starts_with(title));
        assert_eq!(execs.len(), 1, "{title:?} in:\n{}", self.titles());
        execs[0].1
    }

    /// The images, of registries and of OCI layouts.
    pub(crate) fn images(&self) -> Vec<&pb::SourceOp> {
        let source = |vertex| match Vertex::kind(vertex)? {
            Kind::Source(source) if !source.identifier.starts_with("local://") => Some(source),
            _ => None,
        };
        self.vertices.iter().filter_map(source).collect()
    }

    /// The only folder of the client.
    pub(crate) fn local(&self) -> &Vertex {
        let mut locals = self
            .vertices
            .iter()
            .filter(|vertex| vertex.local().is_some());
        let first = locals.next().expect("a local source");
        assert!(locals.next().is_none(), "two local sources");
        first
    }

    /// Inputs of the merges.
    pub(crate) fn merges(&self) -> Vec<usize> {
        let merge = |vertex| match Vertex::kind(vertex)? {
            Kind::Merge(merge) => Some(merge.inputs.len()),
            _ => None,
        };
        self.vertices.iter().filter_map(merge).collect()
    }

    /// The copies, and whether each goes over another tree.
    pub(crate) fn copies(&self) -> Vec<(&pb::FileActionCopy, bool)> {
        let file = |vertex| match Vertex::kind(vertex)? {
            Kind::File(file) => Some(&file.actions),
            _ => None,
        };
        self.vertices
            .iter()
            .filter_map(file)
            .flatten()
            .filter_map(|action| match &action.action {
                Some(Action::Copy(copy)) => Some((copy, action.input >= 0)),
                _ => None,
            })
            .collect()
    }

    /// The vertices in words, with numbers in place of digests.
    pub(crate) fn shape(&self) -> String {
        let lines = self
            .vertices
            .iter()
            .map(|vertex| format!("{:?} {:?}", vertex.op, vertex.meta));
        let mut text = lines.collect::<Vec<_>>().join("\n");
        for (number, vertex) in self.vertices.iter().enumerate() {
            text = text.replace(&vertex.digest, &number.to_string());
        }
        text
    }

    /// The titles, one a line, for messages.
    pub(crate) fn titles(&self) -> String {
        let titles: Vec<_> = self.vertices.iter().map(Vertex::title).collect();
        titles.join("\n")
    }
}

/// `sha256:…`
pub(crate) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", sha256(bytes))
}
