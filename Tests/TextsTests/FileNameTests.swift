import Testing
import Texts

@Suite("Names of files")
struct FileNameTests {
  @Test(
    "names of files are safe in every folder",
    arguments: [
      ("sales.csv", "sales.csv"), ("ünï 界.csv", "ünï 界.csv"),
      ("../../etc/passwd", "_.._etc_passwd"), ("..", nil), ("", nil), ("/", nil), (" . ", nil),
      (".bashrc", "bashrc"), ("a.csv. ", "a.csv"), ("C:\\x?*.csv", "C__x__.csv"),
      ("a\u{0}\u{1b}[2J\u{202e}vsc.exe", "a__[2J_vsc.exe"), ("a\r\nb", "a__b"),
      ("-rf.csv", "_-rf.csv"), ("con", "_con"), ("NUL.csv", "_NUL.csv"), ("com1 .x", "_com1 .x"),
      ("console.csv", "console.csv"), ("\u{feff}\u{2028}", nil), ("CONIN$.x", "_CONIN$.x"),
      ("lpt³", "_lpt³"), ("a<b>c|d\"e", "a_b_c_d_e"), ("\u{61c}a\u{2069}", "_a_"),
    ] as [(String, String?)])
  func fileNames(text: String, name: String?) {
    #expect(FileName.safe(text).map { Array($0.utf8) } == name.map { Array($0.utf8) })
  }

  @Test("a long name is cut between characters, and keeps its extension")
  func longNames() throws {
    let name = try #require(FileName.safe(String(repeating: "界", count: 100) + ".csv"))
    #expect(name == String(repeating: "界", count: 83) + ".csv")
    let bare = try #require(FileName.safe("a." + String(repeating: "e\u{301}", count: 200)))
    #expect(bare.utf8.count <= FileName.bytesMax && bare.utf8.count > FileName.bytesMax - 4)
    #expect(bare.last == "e\u{301}")
  }

  @Test(
    "an extension stands behind every name, once",
    arguments: [
      ("costs", "csv", "costs.csv"), ("costs.CSV", "csv", "costs.csv"),
      ("2.5 km", "csv", "2.5 km.csv"), ("", "csv.gz", "report.csv.gz"),
      ("...", "csv", "report.csv"), ("nul", "csv", "_nul.csv"),
      ("NUL.txt", "xlsx", "_NUL.txt.xlsx"),
      ("a. ", "csv", "a.csv"), ("../x", "csv", "_x.csv"), ("-o", "csv", "_-o.csv"),
    ])
  func extensions(text: String, fileExtension: String, name: String) {
    #expect(FileName.safe(text, fileExtension: fileExtension) == name)
  }

  @Test(
    "a name and its extension are as long as file systems take, and no longer",
    arguments: ["x", "é", "界", "e\u{301}", "👩‍👩‍👧‍👦"], ["csv", "csv.gz"])
  func bounds(character: String, fileExtension: String) {
    for mark in ["", "-", "nul."] {
      let name = FileName.safe(
        mark + String(repeating: character, count: 500), fileExtension: fileExtension)
      #expect(name.utf8.count <= 255)
      #expect(name.utf8.count > 254 - character.utf8.count)
      #expect(name.hasSuffix("\(character).\(fileExtension)"))
      // Whoever reads the name makes the same of it.
      #expect(FileName.safe(name) == name)
      let numbered = FileName.numbered(name, 12)
      #expect(numbered.utf8.count <= 255)
      #expect(numbered.contains(" (12)."))
    }
  }
}
