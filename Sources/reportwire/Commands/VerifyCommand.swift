internal import ArgumentParser
private import Foundation
internal import ManifestSigning

/// `reportwire verify`.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that files are what their reports gave, byte for byte.",
    discussion: """
      Every finished report has a signed manifest ('reportwire download --format manifest'). With \
      --public-key no server is asked: the file is checked against its manifest, and that against the key. \
      Without it, the server is asked for both. Which report it is says --report, or the manifest \
      (--manifest, or NAME.manifest.json beside the file), or else the server, which looks for a \
      report of the domain with such a file.

      Ends with 0 if every file is right, and with 4 if one is not; says what differs.

      Examples:
        reportwire verify costs.csv
        reportwire verify costs.csv costs.xlsx --report report-0b1c5c2f9a10
        reportwire verify costs.csv --manifest costs.manifest.json --public-key keys.json
      """)

  @Argument(help: ArgumentHelp("The files to check.", valueName: "file"))
  var files: [String]

  @Option(help: ArgumentHelp("The report that they are of.", valueName: "report_id"))
  var report: String?

  @Option(
    help: ArgumentHelp(
      "The manifest (default NAME.manifest.json beside each file, if it is there).",
      valueName: "path"))
  var manifest: String?

  @Option(
    help: ArgumentHelp(
      "Public keys of the server: PEM, a JSON Web Key or a set of them, such as its /keys says. "
        + "Asks no server.", valueName: "path"))
  var publicKey: String?

  @OptionGroup(title: "Connection") var connection: ConnectionOptions

  func run() async throws {
    let wrong: Int
    if let publicKey {
      wrong = try wrongCount(keysIn: publicKey)
    } else {
      wrong = try await Session.with(connection) { session in
        try await wrongCount(Proofs(session: session))
      }
    }
    guard wrong == 0 else {
      throw CommandFailure(
        .differs,
        "\(wrong) of \(files.count) file\(files.count == 1 ? "" : "s") not as it should be")
    }
  }

  /// What was found of one file.
  private typealias Finding = Result<(reportID: String, file: CheckedManifest.File), ManifestFault>

  /// - Returns: whether the file is right.
  private static func tell(_ path: String, _ finding: Finding) throws -> Bool {
    switch finding {
    case .success((let reportID, let file)):
      try StandardOutput.writeLine(
        "\(path): right: \(file.format) of \(reportID), \(Amount.count(file.bytes)) bytes, "
          + "SHA-256 \(file.sha256)")
      return true
    case .failure(let fault):
      try StandardOutput.writeLine("\(path): WRONG: \(fault.message)")
      return false
    }
  }

  // MARK: Without a server

  /// How many files are not right. Not inlined: Swift 6.3 fails to compile `run` with it.
  @inline(never)
  private func wrongCount(keysIn path: String) throws -> Int {
    let keys = ManifestPublicKey.keys(in: try InputText.readFile(path))
    guard !keys.isEmpty else {
      throw CommandFailure(
        .usage, "'\(path)' holds no Ed25519 public key, neither as PEM nor as JSON Web Key")
    }
    var wrong = 0
    for file in files where try !Self.tell(file, try check(file, keys)) { wrong += 1 }
    return wrong
  }

  private func check(_ path: String, _ keys: [ManifestPublicKey]) throws -> Finding {
    guard let bytes = try localManifest(of: path) else {
      throw CommandFailure(
        .usage, "there is no manifest beside '\(path)'; name one with --manifest")
    }
    return Self.finding(path, try digest(of: path), bytes, keys, of: report)
  }

  // MARK: With a server

  /// How many files are not right.
  private func wrongCount(_ proofs: Proofs) async throws -> Int {
    var wrong = 0
    for file in files where try !Self.tell(file, try await check(file, proofs)) { wrong += 1 }
    return wrong
  }

  private func check(_ path: String, _ proofs: Proofs) async throws -> Finding {
    let digest = try digest(of: path)
    let local = try localManifest(of: path)
    var reportID = report
    if reportID == nil, let local {
      do throws(ManifestFault) {
        reportID = try CheckedManifest(unchecked: local).reportID
      } catch {
        return .failure(error)
      }
    }
    if reportID == nil { reportID = try await proofs.reportID(of: digest) }
    guard let reportID else {
      return .failure(
        ManifestFault(
          .differs,
          "no report of the domain \(connection.domainID) has a file with its SHA-256, "
            + "\(digest.sha256); --report names the one that it should be of, "
            + "--domain names another domain"))
    }
    let (kept, keys) = try await proofs.proof(of: reportID)
    if let local, local != kept {
      return .failure(
        ManifestFault(.differs, "its manifest is not the one that the server has of \(reportID)"))
    }
    return Self.finding(path, digest, kept, keys, of: reportID)
  }

  /// - Parameter reportID: the report that the manifest should be about; nil: the one it says.
  private static func finding(
    _ path: String, _ digest: FileDigest, _ manifest: [UInt8], _ keys: [ManifestPublicKey],
    of reportID: String?
  ) -> Finding {
    do throws(ManifestFault) {
      let manifest = try CheckedManifest(manifest, keys: keys)
      let meant = reportID ?? manifest.reportID
      guard manifest.reportID.utf8.elementsEqual(meant.utf8) else {
        throw ManifestFault(
          .differs, "its manifest is of \(manifest.reportID), not of \(meant)")
      }
      let name = path.split(separator: "/").last.map(String.init) ?? path
      return .success((manifest.reportID, try manifest.check(digest, named: name).get()))
    } catch {
      return .failure(error)
    }
  }

  // MARK: Files

  private func digest(of path: String) throws(CommandFailure) -> FileDigest {
    do throws(FileDigest.Unreadable) {
      return try FileDigest(ofFile: path)
    } catch {
      throw CommandFailure(.usage, "'\(path)': \(error.reason)")
    }
  }

  /// The manifest that was named, or the one beside a file; nil if there is none.
  private func localManifest(of path: String) throws(CommandFailure) -> [UInt8]? {
    let found =
      manifest
      ?? Self.manifestPaths(beside: path).first { FileManager.default.fileExists(atPath: $0) }
    guard let found else { return nil }
    return try InputText.bytes(ofFile: found)
  }

  /// `costs.csv.gz` may have `costs.csv.gz.manifest.json`, `costs.csv.manifest.json` or
  /// `costs.manifest.json`.
  private static func manifestPaths(beside path: String) -> [String] {
    var stem = Substring(path)
    var paths = [path + ".manifest.json"]
    while let dot = stem.lastIndex(of: "."), !stem[dot...].contains("/") {
      stem = stem[..<dot]
      paths.append(stem + ".manifest.json")
    }
    return paths
  }
}

/// What a server says of reports, asked once for each. Used by one task.
private final class Proofs {
  typealias Proof = (manifest: [UInt8], keys: [ManifestPublicKey])

  let session: Session
  private var known: [(reportID: String, proof: Proof)] = []

  init(session: Session) {
    self.session = session
  }

  func proof(of reportID: String) async throws -> Proof {
    if let found = known.first(where: { $0.reportID.utf8.elementsEqual(reportID.utf8) }) {
      return found.proof
    }
    let proof = try await session.proof(of: reportID)
    known.append((reportID, proof))
    return proof
  }

  /// The report that has a file of these bytes; nil if there is none.
  func reportID(of digest: FileDigest) async throws -> String? {
    try await session.reportIDs(ofFileWith: digest.sha256).first
  }
}
