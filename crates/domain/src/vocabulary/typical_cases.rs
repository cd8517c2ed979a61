//! The values of typical cases.

vocabulary! {
    /// States of a typical case (典型案例).
    TypicalCaseState, clause "C-5.3" {
        Nominated = "nominated", "已推荐", "nominated"; Deidentified = "deidentified", "已去标识", "de-identified"; Submitted = "submitted", "已上报", "submitted";
        Selected = "selected", "已入选", "selected"; Rejected = "rejected", "未入选", "rejected"; Published = "published", "已发布", "published";
    }
}
vocabulary! {
    /// Where a typical case is published.
    PublicationChannel, clause "C-5.3" { Board = "board", "公开栏", "public board"; Website = "website", "网站", "website"; Media = "media", "媒体", "media"; }
}
