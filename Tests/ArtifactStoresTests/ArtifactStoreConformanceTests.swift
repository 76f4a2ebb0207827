import ArtifactStores
import ReportCore
import ReportwireTestKit
import Testing

@Suite("The local artifact store conforms", .timeLimit(.minutes(5)))
struct ArtifactStoreConformanceTests {
  @Test(arguments: ArtifactStoreConformance.cases)
  func `Local files`(_ conformance: ConformanceCase<any ArtifactStore>) async throws {
    let directory = try TemporaryDirectory()
    try await conformance.run(LocalArtifactStore(directory: directory.store))
    withExtendedLifetime(directory) {}
  }
}
