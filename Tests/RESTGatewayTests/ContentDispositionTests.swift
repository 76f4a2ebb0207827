import Testing

@testable import RESTGateway

@Suite("Content-Disposition")
struct ContentDispositionTests {
  @Test(arguments: [
    ("Costs", "attachment; filename=\"Costs.csv\""),
    ("Costs 2026-11", "attachment; filename=\"Costs 2026-11.csv\""),
    ("costs.csv", "attachment; filename=\"costs.csv\""),
    ("costs.CSV", "attachment; filename=\"costs.csv\""),
    ("Größe", "attachment; filename=\"Gr__e.csv\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe.csv"),
    ("日本", "attachment; filename=\"__.csv\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.csv"),
    ("100%", "attachment; filename=\"100_.csv\"; filename*=UTF-8''100%25.csv"),
    ("a\"; filename=b", "attachment; filename=\"a_; filename=b.csv\""),
    ("a\r\nSet-Cookie: x", "attachment; filename=\"a__Set-Cookie_ x.csv\""),
    ("../../etc/passwd", "attachment; filename=\"_.._etc_passwd.csv\""),
    ("C:\\x", "attachment; filename=\"C__x.csv\""), ("", "attachment; filename=\"report.csv\""),
    ("..", "attachment; filename=\"report.csv\""), (" . ", "attachment; filename=\"report.csv\""),
    (".csv", "attachment; filename=\"report.csv\""),
    ("\u{202E}gnp", "attachment; filename=\"_gnp.csv\""),
    ("a\u{0}b\u{7F}c", "attachment; filename=\"a_b_c.csv\""),
    ("con", "attachment; filename=\"_con.csv\""),
    ("Lpt1.x", "attachment; filename=\"_Lpt1.x.csv\""),
    ("com10", "attachment; filename=\"com10.csv\""),
    ("console", "attachment; filename=\"console.csv\""),
  ])
  func `A name is safe to send and to save`(_ name: String, _ header: String) {
    #expect(ContentDisposition.attachment(name: name, fileExtension: "csv") == header)
  }
}
