//! What waits for somebody.

vocabulary! {
    /// What somebody has to do.
    TaskKind, clause "C-0" {
        Answer = "answer", "答复", "answer"; InterimReply = "interim_reply", "阶段性答复", "interim reply"; Take = "take", "受理", "take in hand";
        TellExtension = "tell_extension", "告知延期", "tell of more time"; CallBack = "call_back", "回访", "call back";
        VerifyCommitment = "verify_commitment", "核实承诺", "verify a commitment"; SeeAnswerInMyName = "see_answer_in_my_name", "查看代录的答复", "see an answer given in one's name";
        DecideExtension = "decide_extension", "决定延期", "decide on more time"; DecideReopening = "decide_reopening", "决定重办", "decide on reopening";
        DecideCorrection = "decide_correction", "决定更正", "decide on a correction"; HandOver = "hand_over", "移交", "hand over"; Close = "close", "办结", "close";
        Triage = "triage", "研判", "triage"; Deliberate = "deliberate", "会商", "deliberate"; Assign = "assign", "交办", "assign"; AcceptDispatch = "accept_dispatch", "接办", "accept a dispatch";
        DecideRefusal = "decide_refusal", "裁定退单", "decide on a refused dispatch";
        ReportOutcome = "report_outcome", "反馈办理结果", "report the outcome"; Verify = "verify", "核查", "verify"; Conclude = "conclude", "办结重大问题", "conclude"; GiveInput = "give_input", "回复征询", "give input";
        CheckIn = "check_in", "签到", "check in"; OpenSession = "open_session", "开始接待", "open the session"; FileRecord = "file_record", "报送接待记录", "file the record"; PostNotice = "post_notice", "张贴公示", "post the notice";
        AssignRota = "assign_rota", "安排轮值", "assign the rota"; DecideLeave = "decide_leave", "决定请假", "decide on leave"; ScheduleAppointment = "schedule_appointment", "约定走访", "schedule an appointment"; KeepAppointment = "keep_appointment", "赴约走访", "keep an appointment";
        ConveneMeeting = "convene_meeting", "召集会议", "convene a meeting"; CloseMeeting = "close_meeting", "记录会议召开", "close the meeting";
        TableMajorIssue = "table_major_issue", "提请上会", "table the major issue"; HoldActivity = "hold_activity", "组织活动", "hold an activity"; AttachEvidence = "attach_evidence", "留存活动资料", "attach evidence";
        Submit = "submit", "报送", "submit"; Acknowledge = "acknowledge", "确认收悉", "acknowledge"; CompleteImprovement = "complete_improvement", "完成改进措施", "complete an improvement"; CompleteDeed = "complete_deed", "完成实事", "complete a deed";
        DeidentifyCase = "deidentify_case", "典型案例去标识", "de-identify a typical case"; SelectCase = "select_case", "评选典型案例", "decide on a typical case";
        PublishCase = "publish_case", "发布典型案例", "publish a typical case"; AnnotateCase = "annotate_case", "为典型案例加注", "annotate a typical case";
        Explain = "explain", "说明情况", "explain a breach"; DecideExplanation = "decide_explanation", "认定情况说明", "decide on an explanation";
        SelfReport = "self_report", "提交述职报告", "submit one's report"; DecideDispute = "decide_dispute", "认定评议异议", "decide on a dispute of a review"; SetResult = "set_result", "确定评议结果", "set the result of a review";
        Approve = "approve", "审批提请事项", "decide on a proposal"; DecideErasure = "decide_erasure", "决定是否删除", "decide on an erasure"; AdoptCalendar = "adopt_calendar", "公布工作日历", "publish the calendar";
        RenewKeyBackup = "renew_key_backup", "更新密钥备份", "renew the backup of the keys";
    }
}
