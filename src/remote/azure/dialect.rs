//! The protocols that Azure Mobile Apps and its successors speak, and how a server's own words tell which is its.
//!
//! Source: Azure Mobile Apps specification, "Wire protocol (v2) and Datasync (v3)".

use super::row::Listing;
use crate::remote::transport::Response;

/// What a server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Dialect {
    /// Version 2, with OData v2: Azure Mobile Apps on node, and the first on .NET.
    #[default]
    MobileApps,
    /// Version 3, with OData v4: Microsoft's Azure Mobile Apps on ASP.NET Core.
    DotNet,
    /// CommunityToolkit Datasync: OData v4, records that are replaced whole, and no version.
    Datasync,
}

impl Dialect {
    /// The dialect that an app names so.
    ///
    /// ```
    /// use tureen::remote::azure::Dialect;
    /// assert_eq!(Dialect::named("v3"), Some(Dialect::DotNet));
    /// assert_eq!(Dialect::named("auto"), None);
    /// ```
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "v2" => Some(Self::MobileApps),
            "v3" => Some(Self::DotNet),
            "datasync" => Some(Self::Datasync),
            _ => None,
        }
    }

    /// What its requests say to be of.
    pub fn api_version(self) -> Option<&'static str> {
        match self {
            Self::MobileApps => Some("2.0.0"),
            Self::DotNet => Some("3.0.0"),
            Self::Datasync => None,
        }
    }

    /// Whether each record that the server sends is the whole of it: what it leaves out is null. The same servers send
    /// the record that stands in an insert's way (409).
    pub(super) fn sends_whole_records(self) -> bool {
        self != Self::MobileApps
    }

    /// Tells the dialect from the answer to a read that says no version: Datasync, which needs none, lists `items`; the
    /// others refuse (400), those of version 2 with the one version that they know.
    pub(super) fn told_by(answer: &Response) -> Option<Self> {
        match answer.status {
            400 if answer.body.contains("2.0") && !answer.body.contains("3.0") => Some(Self::MobileApps),
            400 => Some(Self::DotNet),
            _ if !answer.is_success() => None,
            _ => match Listing::parse(&answer.body)?.linked {
                Some(_) => Some(Self::Datasync),
                None => Some(Self::MobileApps),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::transport::Headers;

    fn told(status: u16, body: &str) -> Option<Dialect> {
        let headers = Headers::default();
        Dialect::told_by(&Response { status, status_text: String::new(), headers, body: body.to_owned() })
    }

    #[test]
    fn a_server_s_own_words_tell_its_dialect() {
        let node = r#"{"error":"An invalid API version was specified in the request, this request needs to specify a ZUMO-API-VERSION of 2.0.0."}"#;
        assert_eq!(told(400, node), Some(Dialect::MobileApps));
        assert_eq!(told(200, "[]"), Some(Dialect::MobileApps), "one that does not check versions");
        assert_eq!(told(400, ""), Some(Dialect::DotNet));
        assert_eq!(told(400, "2.0.x or 3.0.x"), Some(Dialect::DotNet));
        assert_eq!(told(200, r#"{"items":[]}"#), Some(Dialect::Datasync));
    }

    #[test]
    fn an_answer_that_tells_nothing_is_not_taken_for_one_that_does() {
        for (status, body) in [(401, ""), (404, "{}"), (500, r#"{"items":[]}"#), (200, "<html>"), (200, "{}")] {
            assert_eq!(told(status, body), None, "{status} {body}");
        }
    }
}
