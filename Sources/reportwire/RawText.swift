private import Foundation
internal import RPCCore
internal import ReportwireServer
internal import Texts

/// What the command was given before Swift made text of it, which repairs without a word what is no
/// UTF-8: an option's value would become another one, a path would name another file.
enum RawText {
  /// - Throws: usage, naming the first argument, or variable that a command reads, that is no UTF-8.
  static func check() throws(CommandFailure) {
    let arguments = (0..<Int(CommandLine.argc)).map { bytes(CommandLine.unsafeArgv[$0]) }
    for (position, argument) in arguments.enumerated().dropFirst() where !isText(argument) {
      let flag = arguments[position - 1]
      let isValue = position > 1 && flag.starts(with: "-".utf8) && isText(flag)
      let shown = (isValue ? [flag, argument] : [argument]).map(escaped).joined(separator: " ")
      throw wrong("argument \(position) (\(shown))")
    }
    let settings = Setting.all.map(\.environmentName)
    for name in ClientEnvironment.all + ["REPORTWIRE_CONFIG", "REPORTWIRE_SOURCES"] + settings {
      let value = bytes(getenv(name))
      if !isText(value) { throw wrong("\(name)=\(escaped(value))") }
    }
  }

  private static func wrong(_ what: String) -> CommandFailure {
    CommandFailure(
      .usage, "\(what) is no UTF-8 text; arguments, names of files among them, must be UTF-8")
  }

  private static func bytes(_ text: UnsafePointer<CChar>?) -> [UInt8] {
    text.map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) } ?? []
  }

  private static func isText(_ bytes: [UInt8]) -> Bool {
    String(validating: bytes, as: UTF8.self) != nil
  }

  /// The text, with `\xE9` for what is none.
  private static func escaped(_ bytes: [UInt8]) -> String {
    var decoder = UTF8()
    var rest = bytes[...]
    var text = ""
    while !rest.isEmpty {
      var next = rest.makeIterator()
      if case .scalarValue(let scalar) = decoder.decode(&next) {
        text.unicodeScalars.append(scalar)
        rest = rest.dropFirst(UTF8.width(scalar))
      } else {
        text += "\\x" + Hex.text(of: [rest.removeFirst()], isUpperCase: true)
      }
      decoder = UTF8()
    }
    return text
  }
}
