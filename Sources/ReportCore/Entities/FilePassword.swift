internal import Texts

/// A password that a file is locked with. Whatever shows values shows stars of it.
package struct FilePassword: Sendable {
  /// As UTF-8, for whoever locks a file with it.
  package let text: String

  /// Of UTF-8. What opens files takes no more: WinZip's and 7-Zip's limit.
  package static let bytesMax = 99
  /// What it must be, for messages.
  package static let expected = "a text of 1 to \(bytesMax) bytes of UTF-8 without NUL"

  /// - Returns: nil for an empty text, and one that is too long or holds NUL.
  package init?(_ text: String) {
    guard (1...Self.bytesMax).contains(text.utf8.count), !text.utf8.contains(0) else { return nil }
    self.text = text
  }
}

extension FilePassword: Hashable {
  package static func == (left: FilePassword, right: FilePassword) -> Bool {
    left.text.isExactly(right.text)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(ExactText(text))
  }
}

extension FilePassword: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "***" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
