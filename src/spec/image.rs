//! The table `[image]`.

use crate::diagnostic::Spanned;
use crate::document::Value;
use crate::spec::fields::Fields;
use crate::spec::model::ImageSpec;

/// Keys of the design whose features are still to come.
const NOT_YET: &[&str] = &["writable", "volumes", "healthcheck"];

pub(super) fn read(fields: &mut Fields<'_, '_>) -> ImageSpec {
    let image = ImageSpec {
        entrypoint: arguments(fields, "entrypoint"),
        cmd: arguments(fields, "cmd"),
        user: fields.string("user"),
        expose: ports(fields),
        labels: fields.string_table("labels"),
        stop_signal: fields.string("stop-signal"),
    };
    fields.not_yet(NOT_YET);
    image
}

/// Arguments in the exec form; an empty array clears what the base image has.
fn arguments(fields: &mut Fields<'_, '_>, key: &'static str) -> Option<Vec<String>> {
    let value = fields.value(key)?;
    if value.as_string().is_some() {
        fields.problem(
            &value,
            format!(
                "`{}` is a string, expected an array with one argument an element",
                value.path()
            ),
        );
        return None;
    }
    let elements = fields.expect(&value, "an array of strings", Value::as_array)?;
    let texts: Vec<_> = elements
        .iter()
        .filter_map(|element| fields.expect(element, "a string", Value::as_string))
        .collect();
    (texts.len() == elements.len()).then(|| texts.into_iter().map(|text| text.value).collect())
}

/// Ports as integers or as strings, `8000` or `"53/udp"`.
fn ports(fields: &mut Fields<'_, '_>) -> Vec<Spanned<String>> {
    let mut ports = Vec::new();
    for element in fields.array("expose").unwrap_or_default() {
        let text = element
            .as_string()
            .map(|text| text.value)
            .or_else(|| element.as_integer());
        match text.filter(|text| is_port(text)) {
            Some(value) => ports.push(Spanned {
                value,
                location: element.location(),
            }),
            None => fields.problem(
                &element,
                format!(
                    "`{}` is no port, expected a number up to 65535 or a string such as \"53/udp\"",
                    element.path()
                ),
            ),
        }
    }
    ports
}

fn is_port(text: &str) -> bool {
    let (number, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    number.parse::<u16>().is_ok_and(|number| number > 0)
        && ["tcp", "udp", "sctp"].contains(&protocol)
}
