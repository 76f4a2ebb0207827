/// A value bound to a statement.
enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)

  static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
  static func integer(_ value: Bool) -> SQLValue { .integer(value ? 1 as Int64 : 0) }

  static func integer(_ value: Int64?) -> SQLValue {
    if let value { .integer(value) } else { .null }
  }

  static func text(_ value: String?) -> SQLValue {
    if let value { .text(value) } else { .null }
  }
}
