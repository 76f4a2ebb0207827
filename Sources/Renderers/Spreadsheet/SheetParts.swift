internal import ReportCore

/// The parts of a workbook that are no sheets (ECMA-376, part 1).
enum SheetParts {
  static let declaration = #"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"# + "\n"
  static let namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

  private static let relationships =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  private static let packageRelationships =
    "http://schemas.openxmlformats.org/package/2006/relationships"
  private static let content = "application/vnd.openxmlformats-officedocument.spreadsheetml."

  /// `[Content_Types].xml`. Whatever it does not name is a sheet, so that it can be written before
  /// anybody knows how many there will be.
  static let contentTypes = Array(
    (declaration
      + #"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#
      + #"<Default Extension="rels" "#
      + #"ContentType="application/vnd.openxmlformats-package.relationships+xml"/>"#
      + #"<Default Extension="xml" ContentType="\#(content)worksheet+xml"/>"#
      + #"<Override PartName="/xl/workbook.xml" ContentType="\#(content)sheet.main+xml"/>"#
      + #"<Override PartName="/xl/styles.xml" ContentType="\#(content)styles+xml"/>"#
      + #"<Override PartName="/docProps/core.xml" "#
      + #"ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>"#
      + #"<Override PartName="/docProps/app.xml" ContentType="#
      + #""application/vnd.openxmlformats-officedocument.extended-properties+xml"/></Types>"#).utf8)

  /// `_rels/.rels`.
  static let packageRelations = Array(
    (declaration + #"<Relationships xmlns="\#(packageRelationships)">"#
      + #"<Relationship Id="rId1" Type="\#(relationships)/officeDocument" "#
      + #"Target="xl/workbook.xml"/>"#
      + #"<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/"#
      + #"relationships/metadata/core-properties" Target="docProps/core.xml"/>"#
      + #"<Relationship Id="rId3" Type="\#(relationships)/extended-properties" "#
      + #"Target="docProps/app.xml"/></Relationships>"#).utf8)

  /// `docProps/app.xml`.
  static let application = Array(
    (declaration + #"<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/"#
      + #"extended-properties"><Application>Reportwire</Application></Properties>"#).utf8)

  /// `docProps/core.xml`.
  static func properties(_ document: RenderDocument) -> [UInt8] {
    var bytes = Array(declaration.utf8)
    bytes += #"<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/"#.utf8
    bytes += #"metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" "#.utf8
    bytes += #"xmlns:dcterms="http://purl.org/dc/terms/" "#.utf8
    bytes += #"xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>"#.utf8
    bytes.appendXML(document.title)
    bytes += "</dc:title><dc:creator>Reportwire</dc:creator>".utf8
    if let createdAt = document.createdAt {
      // Whole seconds: readers of this property take no more.
      let time = ISO8601.text(createdAt, fractionDigits: 0)
      for name in ["created", "modified"] {
        bytes += #"<dcterms:\#(name) xsi:type="dcterms:W3CDTF">\#(time)</dcterms:\#(name)>"#.utf8
      }
    }
    bytes += "</cp:coreProperties>".utf8
    return bytes
  }

  /// A sheet as the workbook lists it.
  struct Sheet {
    var name: String
    /// What its filter covers, such as `$A$1:$D$9`; nil: it has no columns.
    var filter: String?
  }

  /// `xl/workbook.xml`.
  static func workbook(_ sheets: [Sheet]) -> [UInt8] {
    var bytes = Array(declaration.utf8)
    bytes += #"<workbook xmlns="\#(namespace)" xmlns:r="\#(relationships)"><bookViews>"#.utf8
    bytes +=
      #"<workbookView xWindow="0" yWindow="0" windowWidth="28800" windowHeight="16000"/>"#.utf8
    bytes += "</bookViews><sheets>".utf8
    for (index, sheet) in sheets.enumerated() {
      bytes += #"<sheet name=""#.utf8
      bytes.appendXML(sheet.name)
      bytes += #"" sheetId="\#(index + 1)" r:id="rId\#(index + 1)"/>"#.utf8
    }
    bytes += "</sheets>".utf8
    if sheets.contains(where: { $0.filter != nil }) {
      bytes += "<definedNames>".utf8
      for (name, attributes) in [
        ("_xlnm._FilterDatabase", #" hidden="1""#), ("_xlnm.Print_Titles", ""),
      ] {
        for (index, sheet) in sheets.enumerated() {
          guard let filter = sheet.filter else { continue }
          bytes += #"<definedName name="\#(name)" localSheetId="\#(index)"\#(attributes)>'"#.utf8
          bytes.appendXML(
            sheet.name.split(separator: "'", omittingEmptySubsequences: false)
              .joined(separator: "''"))
          bytes += "'!\(attributes.isEmpty ? "$1:$1" : filter)</definedName>".utf8
        }
      }
      bytes += "</definedNames>".utf8
    }
    bytes += "</workbook>".utf8
    return bytes
  }

  /// `xl/_rels/workbook.xml.rels`.
  static func workbookRelations(sheetCount: Int) -> [UInt8] {
    var bytes = Array(declaration.utf8)
    bytes += #"<Relationships xmlns="\#(packageRelationships)">"#.utf8
    for number in 1...sheetCount {
      bytes += #"<Relationship Id="rId\#(number)" Type="\#(relationships)/worksheet" "#.utf8
      bytes += #"Target="worksheets/sheet\#(number).xml"/>"#.utf8
    }
    bytes += #"<Relationship Id="rId\#(sheetCount + 1)" Type="\#(relationships)/styles" "#.utf8
    bytes += #"Target="styles.xml"/></Relationships>"#.utf8
    return bytes
  }
}
