import ProtobufWire
import RPCCore
private import Texts

/// Steps through the protobuf fields of an envelope without copying what it finds: an envelope is
/// thrown away as soon as its call has started, so its fields are read where they lie in the
/// socket's buffer.
struct EnvelopeCursor {
  private var fields: FieldCursor

  init(_ bytes: UnsafeRawBufferPointer) {
    fields = FieldCursor(bytes)
  }

  var isAtEnd: Bool { fields.isAtEnd }

  /// The number of the next field.
  mutating func number() throws(RPCError) -> Int {
    do throws(WireError) {
      return try fields.number()
    } catch {
      throw .malformedEnvelope(error)
    }
  }

  /// Whether the field just begun is laid out so; otherwise it is to be skipped.
  func has(_ wireType: WireType) -> Bool {
    fields.wireType == wireType
  }

  mutating func varint() throws(RPCError) -> UInt64 {
    do throws(WireError) {
      return try fields.varint()
    } catch {
      throw .malformedEnvelope(error)
    }
  }

  /// The bytes of a length-delimited field.
  mutating func slice() throws(RPCError) -> UnsafeRawBufferPointer {
    do throws(WireError) {
      return try fields.bytes()
    } catch {
      throw .malformedEnvelope(error)
    }
  }

  /// A string of its own.
  ///
  /// - Parameter what: it is, for the error.
  mutating func string(_ what: @autoclosure () -> String) throws(RPCError) -> String {
    guard let string = String(validUTF8: try slice().assumingMemoryBound(to: UInt8.self)) else {
      throw .malformedEnvelope("\(what()) is not UTF-8")
    }
    return string
  }

  /// Steps over the value of a field that this version does not know.
  mutating func skip(_ number: Int) throws(RPCError) {
    do throws(WireError) {
      try fields.skip(number)
    } catch {
      throw .malformedEnvelope(error)
    }
  }
}

extension RPCError {
  fileprivate static func malformedEnvelope(_ error: WireError) -> RPCError {
    malformedEnvelope("\(error)")
  }
}
