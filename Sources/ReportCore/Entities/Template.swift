internal import Texts

/// What can be run: one YAML file, checked.
package struct Template: Hashable, Sendable {
  /// What callers name it by: any text, unless the file says one `template-` and 12 hexadecimal
  /// digits that follow from the name.
  package var templateID: String
  /// Unique; what people type.
  package var name: String
  package var title: String
  package var isEnabled: Bool
  /// The name of the data source in the configuration.
  package var source: String
  /// Whether every domain sees the same rows: its SQL does not bind `:domain_id`.
  package var isShared: Bool
  /// The domains that may use it; nil: every one.
  package var domains: Set<ExactText>?
  /// One read-only statement with named parameters, `:name`; empty if it searches.
  package var sql: String
  /// The kind of search that makes its statement of what the caller asks for, see `SearchCompiler`;
  /// nil: its SQL is its statement.
  package var search: String?
  /// What becomes of text that is not UTF-8; nil: as the source says.
  package var invalidText: InvalidText?
  package var parameters: [TemplateParameter]
  /// In the order of the file; a column that is not named here is shown as the query names it.
  package var columns: [TemplateColumn]
  /// What is rendered unless the caller says otherwise; never empty.
  package var formats: [ReportFormat]
  /// What the file says of formats, by the format that it is said of.
  package var formatOptions: [ReportFormat: OptionObject]
  /// That its documents are written in, by its tag (BCP 47); nil: English.
  package var language: String?
  /// What stands at the head of its documents; nil: nothing.
  package var logo: TemplateLogo?
  /// What its files are called, see `FileNamePattern`; nil: `{template}_{date}`.
  package var fileName: String?
  package var limits: TemplateLimits
  /// Days that its reports are kept after their end; nil: as their domain or the server says.
  package var retentionDays: Int?
  /// The SHA-256 of its file's text, 64 lower-case hexadecimal digits; nil: it has no file.
  package var textSHA256: String?
  /// Why it cannot be used, as far as is known; nil if it can.
  package var fault: TemplateFault?

  package init(
    templateID: String, name: String, title: String, isEnabled: Bool = true, source: String,
    isShared: Bool, sql: String, invalidText: InvalidText? = nil,
    parameters: [TemplateParameter] = [], columns: [TemplateColumn] = [],
    formats: [ReportFormat], formatOptions: [ReportFormat: OptionObject] = [:],
    limits: TemplateLimits = .init()
  ) {
    self.templateID = templateID
    self.name = name
    self.title = title
    self.isEnabled = isEnabled
    self.source = source
    self.isShared = isShared
    self.sql = sql
    self.invalidText = invalidText
    self.parameters = parameters
    self.columns = columns
    self.formats = formats
    self.formatOptions = formatOptions
    self.limits = limits
  }
}

/// A picture at the head of documents, in a file beside the template's.
package struct TemplateLogo: Hashable, Sendable {
  /// Of the file, as the template names it.
  package var name: String
  /// The whole file, `bytesMax` at most; meant to be PNG.
  package var bytes: [UInt8]
  /// Of the bytes, 64 lower-case hexadecimal digits.
  package var sha256: String

  package static let bytesMax = 1_048_576

  package init(name: String, bytes: [UInt8], sha256: String) {
    self.name = name
    self.bytes = bytes
    self.sha256 = sha256
  }

  /// By name and digest: whoever looks at many templates need not look at all pixels.
  package static func == (left: TemplateLogo, right: TemplateLogo) -> Bool {
    left.name.isExactly(right.name) && left.sha256.isExactly(right.sha256)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(sha256)
  }
}

/// Why a template that is loaded cannot be used.
package enum TemplateFault: Hashable, Sendable {
  /// Its source cannot be read, so nobody knows what its statement would do: not even whether it
  /// keeps to the caller's domain.
  case unchecked(String)
  /// Its source can be read, and the statement does not go with it.
  case broken(String)

  /// A sentence for those who want to use it; names no path.
  package var reason: String {
    switch self {
    case .unchecked(let reason), .broken(let reason): reason
    }
  }
}

/// A parameter of a template.
package struct TemplateParameter: Hashable, Sendable {
  package enum Kind: String, Hashable, Sendable, CaseIterable {
    case string
    case integer
    case number
    case boolean
    /// `2026-11-23`.
    case date
    /// RFC 3339; bound as `momentForm` says.
    case datetime
    /// Bound as one JSON array, for `json_each(:name)`.
    case stringList = "string_list"
  }

  package var name: String
  package var kind: Kind
  package var title: String
  package var isRequired: Bool
  package var defaultValue: OptionValue?
  package var allowed: [OptionValue]
  /// Of a number, date or datetime, as its kind writes it.
  package var minimum: OptionValue?
  package var maximum: OptionValue?
  /// Characters of a string, or of each string of a list.
  package var maxLength: Int?
  /// A regular expression that the whole string must match.
  package var pattern: String?
  /// How the table writes what a datetime is compared with; nil where the template does not say.
  package var momentForm: MomentForm?

  package init(
    name: String, kind: Kind, title: String = "", isRequired: Bool = false,
    defaultValue: OptionValue? = nil, allowed: [OptionValue] = [], minimum: OptionValue? = nil,
    maximum: OptionValue? = nil, maxLength: Int? = nil, pattern: String? = nil,
    momentForm: MomentForm? = nil
  ) {
    self.name = name
    self.kind = kind
    self.title = title
    self.isRequired = isRequired
    self.defaultValue = defaultValue
    self.allowed = allowed
    self.minimum = minimum
    self.maximum = maximum
    self.maxLength = maxLength
    self.pattern = pattern
    self.momentForm = momentForm
  }

  /// What a caller's options make of it: what they have, else the default. A null is like nothing, wherever
  /// it stands.
  func value(in options: OptionObject) -> OptionValue? {
    [options[name], defaultValue].lazy.compactMap { $0 }.first { $0 != .null }
  }
}

/// How a column of the query is shown.
package struct TemplateColumn: Hashable, Sendable {
  /// The name the query gives it.
  package var name: String
  /// What the reader sees; the name if nil.
  package var title: String?
  /// What its values are read as; nil: as the source has them.
  package var type: ColumnType?
  /// How values are written, such as `0.00` or `yyyy-mm-dd`: see `CellFormat`.
  package var format: String?
  /// nil: as the format has it.
  package var alignment: ColumnAlignment?
  /// Text of this column is written to CSV as it is, without the guard against formulas.
  package var isRaw: Bool

  package init(
    name: String, title: String? = nil, type: ColumnType? = nil, format: String? = nil,
    alignment: ColumnAlignment? = nil, isRaw: Bool = false
  ) {
    self.name = name
    self.title = title
    self.type = type
    self.format = format
    self.alignment = alignment
    self.isRaw = isRaw
  }
}

/// What one run may use.
package struct TemplateLimits: Hashable, Sendable {
  package var rowsMax: Int64
  package var secondsMax: Int64
  /// Over all formats.
  package var bytesMax: Int64
  /// Of one value; nil, or more than the server's: as the server says.
  package var cellBytesMax: Int64?

  package init(
    rowsMax: Int64 = 5_000_000, secondsMax: Int64 = 600, bytesMax: Int64 = 2_147_483_648,
    cellBytesMax: Int64? = nil
  ) {
    self.rowsMax = rowsMax
    self.secondsMax = secondsMax
    self.bytesMax = bytesMax
    self.cellBytesMax = cellBytesMax
  }
}

/// How a template's table writes moments, so that what is bound to a `datetime` parameter can be
/// compared with them: each form has one width, or is a number.
package enum MomentForm: String, Hashable, Sendable, CaseIterable {
  /// `2026-11-23T08:30:00.000Z`.
  case rfc3339Milliseconds = "rfc3339_milliseconds"
  /// `2026-11-23T08:30:00Z`.
  case rfc3339Seconds = "rfc3339_seconds"
  /// `2026-11-23 08:30:00` in UTC, as SQLite's `datetime()` and CURRENT_TIMESTAMP write it.
  case sql
  case epochSeconds = "epoch_seconds"
  case epochMilliseconds = "epoch_milliseconds"

  /// The least number of nanoseconds that the form can tell apart.
  private var stepNanoseconds: Int32 {
    switch self {
    case .rfc3339Milliseconds, .epochMilliseconds: 1_000_000
    case .rfc3339Seconds, .sql, .epochSeconds: 1_000_000_000
    }
  }

  /// Whether it can say the moment exactly.
  func holds(_ instant: Instant) -> Bool {
    instant.nanosecond % stepNanoseconds == 0
  }

  /// The moment as it is bound. What the form has no room for is cut off.
  func cell(_ instant: Instant) -> Cell {
    switch self {
    case .rfc3339Milliseconds: .text(ISO8601.text(instant, fractionDigits: 3))
    case .rfc3339Seconds: .text(ISO8601.text(instant, fractionDigits: 0))
    case .sql: .text(ISO8601.sqlText(instant))
    case .epochSeconds: .integer(instant.secondsSinceEpoch)
    case .epochMilliseconds:
      .integer(instant.secondsSinceEpoch * 1000 + Int64(instant.nanosecond / 1_000_000))
    }
  }
}
