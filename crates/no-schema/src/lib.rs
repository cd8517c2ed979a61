//! utoipa's macros, doing nothing.
//!
//! `api` describes its handlers and bodies by them, and makes the OpenAPI document of that in a test, which compares it with
//! `openapi/huiyin.json`; the server serves that file. In everything but that test these stand in utoipa's place, so that what
//! only makes the document is compiled for the test alone: it was a third of all there was to compile of `api`.

use proc_macro::TokenStream;

/// In place of `utoipa::ToSchema`: no schema.
#[proc_macro_derive(ToSchema, attributes(schema))]
pub fn to_schema(_: TokenStream) -> TokenStream {
    TokenStream::new()
}

/// In place of `utoipa::IntoParams`: no parameters.
#[proc_macro_derive(IntoParams, attributes(into_params, param))]
pub fn into_params(_: TokenStream) -> TokenStream {
    TokenStream::new()
}

/// In place of `utoipa::path`: the handler as it is.
#[proc_macro_attribute]
pub fn path(_: TokenStream, handler: TokenStream) -> TokenStream {
    handler
}
