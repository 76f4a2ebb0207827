/// One `--option NAME=VALUE`.
struct OptionAssignment: Hashable {
  var name: String
  var text: String

  /// - Throws: usage, if there is no name or no equals sign.
  init(_ argument: String) throws(CommandFailure) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
      throw CommandFailure(
        .usage, "'\(argument)' is no option; write --option NAME=VALUE, such as --option year=2026")
    }
    name = String(argument[..<equals])
    text = String(argument[argument.index(after: equals)...])
  }
}
