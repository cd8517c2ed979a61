//! What the slip says that a visitor takes home.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use casework::receipts::Slip;
use serde::Serialize;
use utoipa::ToSchema;

/// A slip for the visitor, as text: to be printed, with the link as a QR code.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ReceiptSlip, example = json!({
    "link": "/r/7K2M-P4QX-9D3T-VH6B#1.88122.q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k.88123.ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8"
}))]
pub struct SlipView {
    /// 二维码的内容：前面加上本服务的网址。`#` 之后为 1、位置、记录的哈希、日志大小、树根（base64url），不会离开来访人的手机，页面以此核对日志。
    /// The text of the QR code, behind the address of this service. What follows `#` never leaves the visitor's phone: 1, the
    /// position and hash of the first leaf, the size and root of the log then (base64url), with which the page checks
    /// what it is told.
    pub link: String,
}

impl SlipView {
    /// The slip of a code.
    pub fn of(code: &str, slip: &Slip) -> Self {
        let Slip { position, leaf_hash, size, root } = slip;
        let (leaf_hash, root) = (URL_SAFE_NO_PAD.encode(leaf_hash), URL_SAFE_NO_PAD.encode(root));
        Self { link: format!("/r/{code}#1.{position}.{leaf_hash}.{size}.{root}") }
    }
}
