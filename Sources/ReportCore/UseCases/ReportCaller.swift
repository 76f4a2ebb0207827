/// Who a use case works for, and in which domain. That the one may act in the other is known: the
/// door has checked it.
package struct ReportCaller: Hashable, Sendable {
  /// The tenant; never empty. Every look into a store names it.
  package let domainID: String
  /// Who it is, for `created_by` and logs; empty if nobody said.
  package let subject: String
  /// What is written down of the call, in the transaction that does what it asks for; nil: nothing.
  package let audit: AuditDraft?

  /// - Throws: `missing` or `invalid` for `domain_id`, `invalid` for `user_id`.
  package init(
    domainID: String, subject: String = "", audit: AuditDraft? = nil, limits: UseCaseLimits
  ) throws(UseCaseError) {
    try limits.checkRequired("domain_id", domainID)
    try limits.check("user_id", subject)
    self.domainID = domainID
    self.subject = subject
    self.audit = audit
  }

  package static func == (left: ReportCaller, right: ReportCaller) -> Bool {
    left.domainID.isExactly(right.domainID) && left.subject.isExactly(right.subject)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(domainID.exact)
    hasher.combine(subject.exact)
  }
}
