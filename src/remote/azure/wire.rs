//! The vocabulary of the Azure Mobile Apps protocol: header names, feature codes, addresses, versions of records.
//!
//! Source: Azure Mobile Apps specification, "Wire protocol".

pub use crate::remote::transport::encode;

/// Says which version of the protocol is spoken.
pub const API_VERSION_HEADER: &str = "ZUMO-API-VERSION";
/// Says which copy of the app asks.
pub const INSTALLATION_HEADER: &str = "X-ZUMO-INSTALLATION-ID";
/// Says which client library asks.
pub const CLIENT_VERSION_HEADER: &str = "X-ZUMO-VERSION";
/// Carries the logged-in user's token.
pub const AUTH_HEADER: &str = "X-ZUMO-AUTH";
/// Says which features of the library a request comes from.
pub const FEATURES_HEADER: &str = "X-ZUMO-FEATURES";

/// What a request makes use of, for the service's statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feature {
    /// A custom API called with a JSON body.
    JsonApiCall,
    /// A custom API called with a body as it is.
    GenericApiCall,
    /// Parameters of the app's in the query.
    QueryParameters,
    /// An `If-Match` version.
    OptimisticConcurrency,
    /// A refresh of one record.
    Refresh,
    /// A read by query text.
    RawRead,
    /// A read by query object.
    QueryRead,
    /// A request of the sync context.
    Offline,
    /// A page of an incremental pull.
    IncrementalPull,
}

impl Feature {
    /// Its code in the header.
    pub fn code(self) -> &'static str {
        match self {
            Self::JsonApiCall => "AJ",
            Self::GenericApiCall => "AG",
            Self::QueryParameters => "QS",
            Self::OptimisticConcurrency => "OC",
            Self::Refresh => "RF",
            Self::RawRead => "TR",
            Self::QueryRead => "TQ",
            Self::Offline => "OL",
            Self::IncrementalPull => "IP",
        }
    }

    /// The feature of a code.
    pub fn coded(code: &str) -> Option<Self> {
        let all = [
            Self::JsonApiCall,
            Self::GenericApiCall,
            Self::QueryParameters,
            Self::OptimisticConcurrency,
            Self::Refresh,
            Self::RawRead,
            Self::QueryRead,
            Self::Offline,
            Self::IncrementalPull,
        ];
        all.into_iter().find(|feature| feature.code() == code)
    }
}

/// `features` as a header value, each code once.
pub fn feature_list(features: &[Feature]) -> String {
    let mut codes: Vec<&str> = Vec::with_capacity(features.len());
    for feature in features {
        if !codes.contains(&feature.code()) {
            codes.push(feature.code());
        }
    }
    codes.join(",")
}

/// A record's version as the value of `If-Match`.
pub fn etag_of(version: &str) -> String {
    format!("\"{}\"", version.replace('"', "\\\""))
}

/// The record's version that an `ETag` names. A tag that a compressing proxy made weak is read as the strong one.
pub fn version_of(etag: &str) -> String {
    let tag = etag.strip_prefix("W/").unwrap_or(etag);
    let inner = tag.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(tag);
    inner.replace("\\\"", "\"")
}

/// `parameters` as the text of a query, without its question mark.
pub fn query_of(parameters: &[(String, String)]) -> String {
    let pairs: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

/// Whether `address` names its server.
pub fn is_absolute(address: &str) -> bool {
    let start = address.get(..8).unwrap_or(address).to_ascii_lowercase();
    start.starts_with("http://") || start.starts_with("https:/")
}

/// `path` below `root`, with one slash between.
pub fn join(root: &str, path: &str) -> String {
    format!("{}/{}", root.trim_end_matches('/'), path.trim_start_matches('/'))
}

/// `address` with `query` behind it, after what query it has.
pub fn with_query(address: &str, query: &str) -> String {
    let query = query.trim_start_matches('?');
    if query.is_empty() {
        return address.to_owned();
    }
    let between = if address.contains('?') { '&' } else { '?' };
    format!("{address}{between}{query}")
}

/// The path of a table's records.
pub fn table_path(table: &str) -> String {
    format!("tables/{table}")
}

/// The path of one record.
pub fn record_path(table: &str, id: &str) -> String {
    format!("tables/{table}/{}", encode(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_survives_its_etag() {
        for version in ["MQ==", "a\"b", "", "\"", "a\\b"] {
            assert_eq!(version_of(&etag_of(version)), version);
        }
        assert_eq!(etag_of("a\"b"), r#""a\"b""#);
        assert_eq!(version_of("W/\"MQ==\""), "MQ==");
        assert_eq!(version_of("1"), "1");
    }

    #[test]
    fn an_id_is_encoded_like_a_uri_component() {
        assert_eq!(record_path("todoitem", "a b&c'(é)"), "tables/todoitem/a%20b%26c'(%C3%A9)");
    }

    #[test]
    fn queries_are_joined_whatever_stands_there_already() {
        assert_eq!(with_query("tables/t", ""), "tables/t");
        assert_eq!(with_query("tables/t", "?$top=1"), "tables/t?$top=1");
        assert_eq!(with_query("tables/t?$top=1", "a=b"), "tables/t?$top=1&a=b");
        assert_eq!(
            query_of(&[("a b".into(), "c&d".into()), ("e".into(), "{\"f\":1}".into())]),
            "a%20b=c%26d&e=%7B%22f%22%3A1%7D"
        );
    }

    #[test]
    fn roots_and_paths_meet_in_one_slash() {
        for (root, path) in [("http://h", "t"), ("http://h/", "/t"), ("http://h", "/t")] {
            assert_eq!(join(root, path), "http://h/t");
        }
        assert!(is_absolute("HTTPS://h/api"));
        assert!(!is_absolute("httpstatus"));
    }

    #[test]
    fn a_feature_is_listed_once() {
        let features = [Feature::Offline, Feature::RawRead, Feature::Offline];
        assert_eq!(feature_list(&features), "OL,TR");
    }
}
