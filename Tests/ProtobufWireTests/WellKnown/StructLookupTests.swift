import ProtobufWire
import Testing

@Suite("Looking keys of a Struct up")
struct StructLookupTests {
  @Test("A key that is not there has no value, which is not the same as null")
  func missing() {
    let object: Struct = ["a": 1, "n": .null]
    #expect(object["a"] == 1)
    #expect(object["n"] == Value.null)
    #expect(object["b"] == nil)
    #expect(object["b"].map { _ in true } == nil)
    #expect(Struct()["a"] == nil)
  }

  @Test("Setting nil removes the entry, setting null keeps it")
  func remove() {
    var object: Struct = ["a": 1, "b": 2]
    object["a"] = nil
    #expect(object.entries.map(\.key) == ["b"])
    object["b"] = .some(.null)
    #expect(object.entries.map(\.key) == ["b"])
    object["c"] = nil
    #expect(object.count == 1)
  }
}
