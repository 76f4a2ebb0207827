private import Foundation

/// Has the key that signs download URLs changed, from another process than the server's.
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
    guard TextFile.isFolder(configuration.data) else {
      throw Problems(configuration.data, "there is no data folder; name it with --data")
    }
    let files = SigningKeyFiles(folder: configuration.data)
    try files.prepareNext(isRevoking: isRevoking)
    let old =
      isRevoking ? "URLs signed before are not good any more" : "URLs signed before stay good"
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
      guard files.hasNext else {
        return "the server (process \(process)) signs with a new key, and \(old)"
      }
      poll(nil, 0, stepMilliseconds)
    }
    throw Problems(
      configuration.data,
      "the server (process \(process)) has not taken up the new key; its log may say why")
  }
}
