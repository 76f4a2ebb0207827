import DataSources
import DocumentRenderer
import GRDB
import IdentitySearch
import Renderers
import ReportCore
import Testing

@testable import ReportwireServer

@Suite(.timeLimit(.minutes(5))) struct BuiltInTemplatesTests {
  private let temporary: TemporaryFolder
  private let folder: TemplateFolder
  private let check = SourceCheck(
    renderers: Self.renderers, searches: [IdentitySearch()], patience: .seconds(60))
  private static let renderers: [any Renderer] = [CSVRenderer(), JSONRenderer(), PDFRenderer()]

  init() throws {
    temporary = try TemporaryFolder()
    folder = TemplateFolder(path: temporary.path, isRequired: true)
  }

  /// Takes every statement, and says that it binds the domain.
  private let willing = StubSource(columns: [], parameters: ["domain_id"])

  @Test func theyAreThereWithASourceCalledIdentities() async throws {
    let contents = try await folder.read(sources: ["identities": willing], check: check)
    #expect(
      contents.templates.map(\.templateID) == [
        "sailpoint-accounts", "sailpoint-identities", "sailpoint-identities-details",
        "sailpoint-identity-profile-identity-error", "sailpoint-orphan-identities",
        "sailpoint-search-export", "sailpoint-uncorrelated-accounts",
      ])
    #expect(contents.templates.allSatisfy { $0.name.isExactly($0.templateID) })
    let none = try await folder.read(sources: ["other": willing], check: check)
    #expect(none.templates.isEmpty)
  }

  @Test func allOfThemCanBeRead() {
    #expect(BuiltInTemplates.drafts([.csv]).count == BuiltInTemplates.all.count)
  }

  @Test func theOperatorsOwnTakesThePlaceOfOne() async throws {
    try temporary.write(
      "own.yaml",
      "template_id: sailpoint-identities\nname: people\nsource: s\ntenant: shared\nsql: SELECT 1\n")
    let contents = try await folder.read(
      sources: ["identities": willing, "s": StubSource(parameters: [])], check: check)
    #expect(contents.template("sailpoint-identities")?.name == "people")
    #expect(contents.template("sailpoint-accounts") != nil)
  }

  @Test func aSourceWithoutTheTablesMakesThemUnavailableAndStopsNothing() async throws {
    var other = willing
    other.failure = ReportFailure(.queryError, "no such table: iam_accounts")
    let contents = try await folder.read(sources: ["identities": other], check: check)
    for template in contents.templates {
      guard case .broken(let reason) = template.fault else {
        Issue.record("\(template.name) is thought to work")
        continue
      }
      #expect(reason.contains("iam_accounts"))
    }
    #expect(!contents.templates.isEmpty)
  }

  @Test func theirColumnsAreThoseOfTheirStatements() throws {
    let path = temporary.path + "/iam.db"
    let database = try DatabaseQueue(path: path)
    try database.write { database in
      for table in IdentityTable.all {
        let columns = table.columns.map(\.name).joined(separator: ", ")
        try database.execute(sql: "CREATE TABLE \(table.name) (\(columns))")
      }
    }
    try database.close()
    let source = SQLiteSource(name: "identities", path: path)
    let templates = BuiltInTemplates.drafts([.csv]).map(\.template)
    for template in templates where template.search == nil {
      let shape = try source.inspect(template.sql)
      #expect(template.columns.map(\.name) == shape.columns.map(\.name), "\(template.name)")
    }
    let checker = TemplateChecker(
      renderers: Self.renderers, searches: [IdentitySearch()])
    for template in templates {
      #expect(checker.problems(in: template, hasSource: true) == [], "\(template.name)")
      #expect(try checker.problems(in: template, against: source) == [], "\(template.name)")
    }
  }
}
