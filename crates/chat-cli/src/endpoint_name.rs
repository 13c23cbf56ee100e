//! The names of endpoints, as people give them.

/// The service and the command of an endpoint: from `service/command`, or from a path or a URL that
/// was copied from the documentation or a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EndpointName<'a> {
    pub(crate) service: &'a str,
    pub(crate) command: &'a str,
}

impl<'a> EndpointName<'a> {
    /// Reads a name; `None` if it does not have two parts. The host and the parameters of a URL are
    /// ignored.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let text = without_parameters(text);
        let path = match text.split_once("://") {
            Some((_, rest)) => rest.split_once('/').map(|(_, path)| path)?,
            None => text,
        };
        let path = path.trim_matches('/');
        let (service, command) = path.strip_prefix("v4/").unwrap_or(path).split_once('/')?;
        let is_name = !service.is_empty() && !command.is_empty() && !command.contains('/');
        is_name.then_some(Self { service, command })
    }
}

/// Returns a URL without its parameters, which can contain a UserSig.
pub(crate) fn without_parameters(text: &str) -> &str {
    text.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_and_url_name_an_endpoint() {
        for text in [
            "sns/friend_add",
            "/sns/friend_add/",
            "v4/sns/friend_add",
            "/v4/sns/friend_add",
            "https://console.tim.qq.com/v4/sns/friend_add",
            "https://console.tim.qq.com/v4/sns/friend_add?sdkappid=1&usersig=a/b&random=2",
            "http://127.0.0.1:8080/v4/sns/friend_add#top",
        ] {
            let name = EndpointName { service: "sns", command: "friend_add" };
            assert_eq!(EndpointName::read(text), Some(name), "{text}");
        }
    }

    #[test]
    fn anything_else_is_not_a_name() {
        for text in [
            "",
            "sns",
            "/",
            "sns/",
            "/sns",
            "v4/sns",
            "https://sns",
            "https:///sns",
            "a/b/c",
            "?a/b",
        ] {
            assert_eq!(EndpointName::read(text), None, "{text}");
        }
    }
}
