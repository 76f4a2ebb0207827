import Foundation

/// The program under test: built beside this test bundle.
enum Binary {
  static let path: String = {
    let bundle = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let folder = ((bundle ?? CommandLine.arguments[0]) as NSString).deletingLastPathComponent
    return folder + "/reportwire"
  }()
}
