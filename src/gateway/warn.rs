//! Warnings: they stop nothing and fail nothing, whatever the engine makes of them.

use std::collections::BTreeSet;

use crate::definition::{self, range, source_info};
use crate::diagnostic::{Diagnostic, first_of, one_line, rules};
use crate::gateway::status::shown_text;
use crate::gateway::{Gateway, Ref, Solve};
use crate::llb::{FileAction, FileOp, Graph, MakeFile, Mode, NodeMeta, Op};
use crate::pb;
use crate::pb::frontend as wire;
use crate::values::TargetPath;

impl Gateway {
    /// Tells the user of warnings, each once and in their order.
    pub async fn warn(&self, warnings: &[Diagnostic]) {
        let mut told = BTreeSet::new();
        let warnings = warnings.iter();
        let warnings = warnings.filter(|warning| told.insert(one_line(warning)));
        let (mut warnings, more) = first_of(warnings);
        let more = more.map(|text| rules::MORE_WARNINGS.report(text));
        warnings.extend(&more);
        if warnings.is_empty() {
            return;
        }
        if !self.api.has("gateway.warnings") {
            // An engine that cannot do this either is older than any that we know of; it shows nothing.
            if self.api.has("gateway.solve.evaluate") {
                for warning in warnings {
                    self.show_step(warning).await;
                }
            }
            return;
        }
        // They are shown under a step that the client has seen: else it shows nothing.
        if let Ok(step) = self.load_spec().await {
            for warning in warnings {
                self.warn_of(warning, &step).await;
            }
        }
    }

    async fn warn_of(&self, warning: &Diagnostic, step: &Ref) {
        let hints = warning.hints.iter();
        let request = wire::WarnRequest {
            digest: step.head.clone(),
            level: 1,
            short: one_line(warning).into_bytes(),
            detail: hints.map(|hint| hint.clone().into_bytes()).collect(),
            url: String::new(),
            info: warning.location.as_ref().map(|place| pb::SourceInfo {
                data: shown_text(place).into_bytes(),
                ..source_info(&place.source)
            }),
            ranges: warning.location.as_ref().map(range).into_iter().collect(),
        };
        drop(self.client.clone().warn(request).await);
    }

    /// For engines before 0.10: a step that has the warning for its name, and is made at once so that clients
    /// show it. Its file holds the words too, for equal steps are one, with one name.
    async fn show_step(&self, warning: &Diagnostic) {
        let text = one_line(warning);
        let file = FileAction::MakeFile(MakeFile {
            path: TargetPath::known("/warning"),
            data: text.clone().into_bytes(),
            mode: Mode::new(0o644),
            owner: None,
            time: None,
        });
        let mut graph = Graph::new();
        let name = NodeMeta::named(format!("[internal] warning: {text}"));
        let output = graph.add(Op::File(FileOp::new(None, file)), name);
        let definition = definition::encode(&graph, output);
        let solve = Solve {
            evaluate: true,
            ..Solve::new(&graph, &definition)
        };
        drop(self.solve(solve).await);
    }
}
