//! The developer's user: the ids of the one who edits the files outside of the container.

use crate::diagnostic::{Diagnostics, rules};
use crate::options::BuildOptions;
use crate::plan::model::{Layer, OutputFolder, PartId, PlanBuilder, Step, StepName, Tree};
use crate::plan::request::site::Site;
use crate::plan::request::target::{USER_GID, USER_UID};
use crate::plan::request::{bases, user};
use crate::plan::scripts::PREPARE_ROOT;
use crate::values::TargetPath;

/// The first user of most distributions; Docker Desktop maps ids by itself.
const FIRST_USER: u32 = 1000;

/// The ids of the developer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Developer {
    uid: u32,
    gid: u32,
}

impl Developer {
    /// Those of the build arguments; the group is that of the user by default.
    pub(crate) fn of(options: &BuildOptions) -> Result<Self, Diagnostics> {
        let mut problems = Vec::new();
        let uid = Diagnostics::gather(id(options, USER_UID, FIRST_USER), &mut problems);
        let gid = id(options, USER_GID, uid.unwrap_or(FIRST_USER));
        let gid = Diagnostics::gather(gid, &mut problems);
        Diagnostics::split(problems)?;
        let (uid, gid) = (uid.unwrap_or(FIRST_USER), gid.unwrap_or(FIRST_USER));
        Ok(Self { uid, gid })
    }

    /// `UID:GID`
    pub(crate) fn user(self) -> String {
        format!("{}:{}", self.uid, self.gid)
    }

    /// Who owns what may be written to; `None` where that is root.
    pub(crate) fn owner(self) -> Option<(u32, u32)> {
        (self.uid != 0).then_some((self.uid, self.gid))
    }

    /// Adds the layer with the user's name, home and shell; none for root, who has them.
    pub(crate) fn layer(
        self,
        site: Site<'_>,
        plan: &mut PlanBuilder,
        base: PartId,
    ) -> Result<Option<Layer>, Diagnostics> {
        let Some((uid, gid)) = self.owner() else {
            return Ok(None);
        };
        let build = bases::config(site, &site.selection.build_base)?;
        let out = TargetPath::known("/mnt/out");
        let (workdir, venv) = (&site.spec.model.workdir, &site.spec.model.venv);
        let mut command = vec!["python3".to_owned(), PREPARE_ROOT.path()];
        command.extend([&TargetPath::root(), &out, workdir, venv].map(ToString::to_string));
        let ids = [uid, gid].map(|id| id.to_string());
        command.extend(["login", user::USER_NAME].map(str::to_owned));
        command.extend(ids);
        let step = Step {
            env: build.env(),
            mounts: vec![PREPARE_ROOT.mount(plan)],
            ..Step::new(
                &site.options.platform,
                base,
                command,
                OutputFolder::empty(out),
            )
        };
        let title = StepName::new(
            "dev",
            format!("add user {} ({uid}) and {workdir}", user::USER_NAME),
        );
        let step = plan.add_step(title, None, step);
        let tree = Tree::whole(step, &TargetPath::root());
        Ok(Some(plan.layer("dev", "user", None, tree)))
    }
}

fn id(options: &BuildOptions, name: &str, default: u32) -> Result<u32, Diagnostics> {
    let Some(text) = options.build_args.get(name).filter(|text| !text.is_empty()) else {
        return Ok(default);
    };
    text.parse().map_err(|_| {
        let message = format!("`--build-arg {name}={text}`: expected a number");
        let flag = if name == USER_UID { "-u" } else { "-g" };
        let error = rules::INVALID_ARGUMENT.report(message);
        error
            .hint(format!("write `--build-arg {name}=$(id {flag})`"))
            .into()
    })
}
