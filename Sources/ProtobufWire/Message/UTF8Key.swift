internal import Texts

/// The key of a `map<string, …>`: a string that equals another when their UTF-8 bytes do.
///
/// Swift compares strings by canonical equivalence: two keys that differ on the wire, such as `é` in
/// one and in two code points, would be one key. Hashing by it also takes quadratic time for a long
/// run of combining marks, which is a way to stall whoever looks up a name that came from outside.
@frozen
public struct UTF8Key: Sendable, Hashable, ExpressibleByStringInterpolation,
  CustomStringConvertible
{
  /// The string.
  public let text: String

  /// The key that a string is.
  @inlinable
  public init(_ text: String) {
    self.text = text
  }

  /// The key that a string is.
  @inlinable
  public init(stringLiteral text: String) {
    self.text = text
  }

  /// The string.
  @inlinable
  public var description: String { text }

  /// Equality of the bytes.
  public static func == (left: UTF8Key, right: UTF8Key) -> Bool {
    left.text.isByteEqual(to: right.text)
  }

  /// Hashes the bytes.
  public func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    // What no UTF-8 has, so that two keys one behind the other are not the same as two others.
    hasher.combine(0xff as UInt8)
  }
}

extension String {
  /// Whether another string has the same UTF-8: for names that come from outside, where `==` would
  /// take a KELVIN SIGN for a K.
  package func isByteEqual(to other: String) -> Bool {
    utf8.isSame(as: other.utf8)
  }
}
