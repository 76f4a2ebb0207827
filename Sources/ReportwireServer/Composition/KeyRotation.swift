private import Foundation

/// Has a key of a data folder changed, from another process than the server's.
package enum KeyRotation {
  /// How long a running server may take.
  private static let patienceMilliseconds: Int32 = 5000

  /// Lays down another key, and tells the server that works in the data folder, if there is one.
  ///
  /// - Parameter isRevoking: whether URLs that are signed already become invalid.
  /// - Returns: what happened, for a person.
  /// - Throws: `Problems`: the key is not the data folder's, or the file cannot be written.
  package static func run(
    _ configuration: ServerConfiguration, isRevoking: Bool
  ) throws(Problems) -> String {
    guard configuration.downloadKey == nil else {
      throw Problems(
        "download.key",
        "the configuration has the key; put another one there"
          + (isRevoking
            ? "" : ", and this one into download.former_keys until its URLs have expired"))
    }
    let files = SigningKeyFiles(folder: try folder(configuration))
    try files.prepareNext(isRevoking: isRevoking)
    let old =
      isRevoking ? "URLs signed before are not good any more" : "URLs signed before stay good"
    return try tell(configuration, old) { files.hasNext }
  }

  /// The same of the key that signs manifests; those signed before stay good.
  package static func runOfManifests(
    _ configuration: ServerConfiguration
  ) throws(Problems) -> String {
    let files = ManifestKeyFiles(folder: try folder(configuration))
    try files.prepareNext()
    return try tell(configuration, "manifests signed before stay good") { files.hasNext }
  }

  /// The public keys of manifests in the data folder, as a JSON Web Key Set.
  ///
  /// - Throws: `Problems`: there is no such folder, or no server has made a key in it yet.
  package static func manifestKeySet(
    _ configuration: ServerConfiguration
  ) throws(Problems) -> String {
    try ManifestKeyFiles(folder: try folder(configuration)).keySet()
  }

  private static func folder(_ configuration: ServerConfiguration) throws(Problems) -> String {
    guard TextFile.isFolder(configuration.data) else {
      throw Problems(configuration.data, "there is no data folder; name it with --data")
    }
    return configuration.data
  }

  /// Tells the server that works in the data folder, if there is one, and waits for it.
  private static func tell(
    _ configuration: ServerConfiguration, _ old: String, _ isWaiting: () -> Bool
  ) throws(Problems) -> String {
    guard let process = DataFolder.serverProcess(in: configuration.data) else {
      return
        "no server works in \(configuration.data); the next one signs with a new key, and \(old)"
    }
    guard kill(process, SIGHUP) == 0 else {
      throw Problems(
        configuration.data,
        "the server (process \(process)) cannot be told of the new key: "
          + "\(String(cString: strerror(errno))); send it SIGHUP, or restart it")
    }
    let stepMilliseconds: Int32 = 20
    for _ in 0..<(patienceMilliseconds / stepMilliseconds) {
      guard isWaiting() else {
        return "the server (process \(process)) signs with a new key, and \(old)"
      }
      poll(nil, 0, stepMilliseconds)
    }
    throw Problems(
      configuration.data,
      "the server (process \(process)) has not taken up the new key; its log may say why")
  }
}
