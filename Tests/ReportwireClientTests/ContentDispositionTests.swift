import Testing

@testable import ReportwireClient

@Suite("The name that a server suggests")
struct ContentDispositionTests {
  @Test(
    "is read from the extended name, else from the plain one",
    arguments: [
      ("attachment; filename=\"a b.csv\"", "a b.csv"), ("attachment;filename=a.csv", "a.csv"),
      ("attachment; FileName = \"a.csv\" ; x=y", "a.csv"),
      ("inline; filename=\"a\\\"b;c.csv\"; size=3", "a_b;c.csv"),
      ("attachment; filename=\"_.csv\"; filename*=UTF-8''%C3%BC%E7%95%8C.csv", "ü界.csv"),
      ("attachment; filename*=utf-8'de'a%20b.csv; filename=x.csv", "a b.csv"),
      ("attachment; filename*=UTF-8''%FF.csv; filename=x.csv", "x.csv"),
      ("attachment; filename*=UTF-8''%4; filename=x.csv", "x.csv"),
      ("attachment; filename*=latin1''a.csv; filename=x.csv", "x.csv"),
      ("attachment; filename=a.csv; filename=b.csv", "a.csv"),
      ("attachment; filename=\"%2e%2e.csv\"", "%2e%2e.csv"),
      ("attachment; filename*=UTF-8''..%2F..%2Fx%00%E2%80%AEy.csv", "_.._x__y.csv"),
      ("attachment; filename=\"a.csv", "a.csv"), ("attachment", nil), ("", nil), (";", nil),
      ("attachment; filename=", nil), ("attachment; filename=\"\\", nil), (";=;=\"", nil),
      ("attachment; filename=\"../..\"", nil),
    ] as [(String, String?)])
  func names(header: String, name: String?) {
    #expect(ContentDisposition.suggestedName(header) == name)
  }

  @Test("is not looked for in a header without measure")
  func tooLong() {
    let padding = String(repeating: "x", count: 4096)
    #expect(ContentDisposition.suggestedName("attachment; filename=a.csv; y=\(padding)") == nil)
  }
}
