import ProtobufWire
import ReportAPI
import Testing

/// Large messages share their fields between copies; nobody may notice.
@Suite("Large messages are values")
struct BoxedMessageTests {
  @Test("A change of a copy leaves the original as it was")
  func copies() throws {
    let original = ReportInfo(reportID: "report-1", state: .created)
    var copy = original
    copy.state = .finished
    copy.storageInfo = StorageInfo(name: "local")
    #expect(original.state == .created)
    #expect(original.storageInfo == nil)
    #expect(copy.reportID == "report-1")
  }

  @Test("A change of a nested message of a copy leaves the original as it was")
  func nestedCopies() throws {
    let original = ReportInfo(storageInfo: StorageInfo(name: "local"))
    var copy = original
    copy.storageInfo?.name = "remote"
    #expect(original.storageInfo?.name == "local")
    #expect(copy.storageInfo?.name == "remote")
  }

  @Test("Reading into a copy leaves the original as it was")
  func merging() throws {
    let original = ScheduleInfo(name: "weekly", state: .disable)
    var copy = original
    try copy.merge(protobuf: ScheduleInfo(name: "daily").protobuf())
    #expect(original.name == "weekly")
    #expect(copy.name == "daily")
    #expect(copy.state == .disable)
  }

  @Test("Equality and hash look at the fields, not at who shares them")
  func equality() {
    let left = StorageInfo(domainID: "domain-1", name: "local")
    var right = StorageInfo()
    right.name = "local"
    #expect(left != right)
    right.domainID = "domain-1"
    #expect(left == right)
    #expect(left.hashValue == right.hashValue)
    #expect(StorageInfo() == StorageInfo(name: ""))
  }
}
