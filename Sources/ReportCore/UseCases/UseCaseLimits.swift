internal import Texts

/// What callers may give and get. Every bound is checked before what it bounds is compared, hashed
/// or kept.
package struct UseCaseLimits: Hashable, Sendable {
  /// UTF-8 bytes of an id, a name or a key.
  package var idBytesMax: Int
  /// Bytes of a report's options, written as canonical JSON.
  package var optionsBytesMax: Int
  /// Items of a list in a report's options.
  package var listItemsMax: Int
  /// Entities in one answer of a list.
  package var listRowsMax: Int
  /// How long a download URL waits for its report to end.
  package var downloadURLWait: Duration
  package var preview: PreviewLimits

  package init(
    idBytesMax: Int = 255, optionsBytesMax: Int = 262_144, listItemsMax: Int = 10_000,
    listRowsMax: Int = 20_000, downloadURLWait: Duration = .seconds(25),
    preview: PreviewLimits = PreviewLimits()
  ) {
    self.idBytesMax = idBytesMax
    self.optionsBytesMax = optionsBytesMax
    self.listItemsMax = listItemsMax
    self.listRowsMax = listRowsMax
    self.downloadURLWait = downloadURLWait
    self.preview = preview
  }

  /// Checks an id, a name or a key; an empty one is none.
  ///
  /// - Throws: `invalid` if it is too long or holds NUL, which some databases cannot keep.
  package func check(_ key: String, _ text: String) throws(UseCaseError) {
    guard text.utf8.count <= idBytesMax else {
      throw .invalid(key, "it has \(text.utf8.count) bytes; at most \(idBytesMax) are taken")
    }
    try Self.checkText(key, text)
  }

  /// Checks an id, a name or a key that must be there.
  ///
  /// - Throws: `missing`, or as `check`.
  package func checkRequired(_ key: String, _ text: String) throws(UseCaseError) {
    guard !text.isEmpty else { throw .missing(key) }
    try check(key, text)
  }

  /// Checks the id of a domain that makes reports, or might.
  ///
  /// - Throws: `missing`, or `invalid` if it has not the form of one.
  package func checkRequired(domainID: String) throws(UseCaseError) {
    guard !domainID.isEmpty else { throw .missing("domain_id") }
    guard domainID.utf8.count <= idBytesMax, DomainID.isWellFormed(domainID) else {
      throw .invalid(
        "domain_id", "\(domainID.quoted) is no domain id: \(DomainID.grammar)")
    }
  }

  /// Checks the options of a report.
  ///
  /// - Throws: `invalid` naming what is too large or cannot be kept.
  package func check(options: OptionObject) throws(UseCaseError) {
    try check(optionsBytes: CanonicalJSON.byteCount(.object(options)))
    for (name, value) in options {
      guard name.utf8.count <= idBytesMax else {
        throw .invalid(
          "template_options",
          "an option's name has \(name.utf8.count) bytes; at most \(idBytesMax) are taken")
      }
      try Self.checkText("template_options", name)
      try check(value, of: name)
    }
  }

  /// Checks the size of options that are not read yet.
  package func check(optionsBytes count: Int) throws(UseCaseError) {
    guard count <= optionsBytesMax else {
      throw .invalid(
        "template_options",
        "as JSON they have \(count) bytes; at most \(optionsBytesMax) are taken")
    }
  }

  private func check(_ value: OptionValue, of name: String) throws(UseCaseError) {
    switch value {
    case .null, .bool: break
    case .number(let number):
      guard number.isFinite else {
        throw .invalid("template_options", "it holds a number that is not finite")
      }
    case .string(let text): try Self.checkText("template_options.\(name)", text)
    case .list(let items):
      guard items.count <= listItemsMax else {
        throw .invalid(
          "template_options.\(name)",
          "it has \(items.count) items; at most \(listItemsMax) are taken")
      }
      for item in items { try check(item, of: name) }
    case .object(let members):
      for (key, member) in members {
        try Self.checkText("template_options.\(name)", key)
        try check(member, of: name)
      }
    }
  }

  /// Refuses NUL in text of any length.
  package static func checkText(_ key: String, _ text: String) throws(UseCaseError) {
    if text.utf8.contains(0) {
      throw .invalid(key, "it holds the character NUL, which cannot be kept")
    }
  }
}
