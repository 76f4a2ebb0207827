/// One value of a row, as the source has it.
package enum Cell: Hashable, Sendable {
  case null
  case integer(Int64)
  case double(Double)
  case text(String)
  case blob([UInt8])
}
