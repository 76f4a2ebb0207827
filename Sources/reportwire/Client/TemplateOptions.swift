internal import ArgumentParser
internal import ProtobufWire

/// What a command gives to a template.
struct TemplateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("An option of the template. May be repeated.", valueName: "name=value"))
  var option: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file with all options as a JSON object, - for standard input; --option goes over it.",
      valueName: "file"))
  var optionsJson: String?

  var isEmpty: Bool { option.isEmpty && optionsJson == nil }

  /// To be read before any call: what is wrong is said first.
  ///
  /// - Returns: the assignments, and the object that they go over.
  func read() throws(CommandFailure) -> (assignments: [OptionAssignment], given: Struct) {
    var assignments: [OptionAssignment] = []
    for text in option { assignments.append(try OptionAssignment(text)) }
    guard let optionsJson else { return (assignments, Struct()) }
    let text = try InputText.readFile(optionsJson)
    do throws(WireError) {
      return (assignments, try Struct(json: text))
    } catch {
      throw CommandFailure(.usage, "--options-json is no JSON object: \(error)")
    }
  }
}
