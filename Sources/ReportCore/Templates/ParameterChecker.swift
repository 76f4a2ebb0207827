internal import Texts

/// Finds what is wrong with a parameter of a template, by itself.
struct ParameterChecker {
  let parameter: TemplateParameter

  /// In the order of its fields.
  var problems: [TemplateProblem] {
    nameProblems() + formProblems() + boundProblems() + textProblems() + allowedProblems()
      + defaultProblems()
  }

  private func nameProblems() -> [TemplateProblem] {
    let name = parameter.name
    switch name {
    case TemplateParameters.domainKey:
      return [
        TemplateProblem(
          ["parameters", name], "the caller's domain is bound to it; do not declare it")
      ]
    case TemplateParameters.formatsKey:
      return [
        TemplateProblem(
          ["parameters", name], "the option of this name chooses the formats; take another name")
      ]
    case TemplateParameters.formatOptionsKey:
      return [
        TemplateProblem(
          ["parameters", name],
          "the option of this name says how files are written; take another name")
      ]
    default: break
    }
    let isWellFormed =
      name.utf8.first.map { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
      && name.utf8.count <= 100
      && name.utf8.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "_") }
    guard !isWellFormed else { return [] }
    return [
      TemplateProblem(
        ["parameters", name],
        "a parameter's name is 1 to 100 letters, digits and '_', and begins with no digit")
    ]
  }

  private func formProblems() -> [TemplateProblem] {
    guard parameter.momentForm != nil, parameter.kind != .datetime else { return [] }
    return [
      TemplateProblem(
        ["parameters", parameter.name, "stored_as"],
        "a \(parameter.kind.rawValue) has no stored_as; a datetime has")
    ]
  }

  private func boundProblems() -> [TemplateProblem] {
    var problems: [TemplateProblem] = []
    var values: [ParameterValue] = []
    for (field, option) in [("minimum", parameter.minimum), ("maximum", parameter.maximum)] {
      guard let option else { continue }
      let path = ["parameters", parameter.name, field]
      guard parameter.kind.isOrdered else {
        problems.append(TemplateProblem(path, "a \(parameter.kind.rawValue) has no \(field)"))
        continue
      }
      do throws(OptionError) {
        values.append(try ParameterValue(option, of: parameter))
      } catch {
        problems.append(TemplateProblem(path, error.reason))
      }
    }
    if values.count == 2, values[1].isOrdered(before: values[0]) {
      problems.append(
        TemplateProblem(
          ["parameters", parameter.name, "maximum"],
          "\(values[1].option.shown) is less than the minimum \(values[0].option.shown)"))
    }
    return problems
  }

  private func textProblems() -> [TemplateProblem] {
    var problems: [TemplateProblem] = []
    let isText = parameter.kind == .string || parameter.kind == .stringList
    if let maxLength = parameter.maxLength {
      let path = ["parameters", parameter.name, "max_length"]
      if !isText {
        problems.append(TemplateProblem(path, "a \(parameter.kind.rawValue) has no max_length"))
      } else if maxLength < 1 {
        problems.append(TemplateProblem(path, "\(maxLength) must be 1 or more"))
      }
    }
    if let pattern = parameter.pattern {
      let path = ["parameters", parameter.name, "pattern"]
      if !isText {
        problems.append(TemplateProblem(path, "a \(parameter.kind.rawValue) has no pattern"))
      }
      do throws(LinearRegexError) {
        _ = try LinearRegex(pattern, ignoresCase: false)
      } catch {
        problems.append(TemplateProblem(path, "\(pattern.quoted) cannot be used: \(error)"))
      }
    }
    return problems
  }

  private func allowedProblems() -> [TemplateProblem] {
    var item = parameter
    // Of a list, the enumeration names the items.
    if item.kind == .stringList { item.kind = .string }
    return parameter.allowed.enumerated().compactMap { index, option in
      let path = ["parameters", parameter.name, "enum", "\(index)"]
      guard !parameter.allowed[..<index].contains(option) else {
        return TemplateProblem(path, "\(option.shown) is there twice")
      }
      do throws(OptionError) {
        _ = try ParameterValue(option, of: item)
        return nil
      } catch {
        return TemplateProblem(path, error.reason)
      }
    }
  }

  private func defaultProblems() -> [TemplateProblem] {
    guard let option = parameter.defaultValue else { return [] }
    let path = ["parameters", parameter.name, "default"]
    guard !parameter.isRequired else {
      return [TemplateProblem(path, "a required parameter has no use for a default")]
    }
    do throws(OptionError) {
      try ParameterValue(option, of: parameter).check(parameter)
      return []
    } catch {
      return [TemplateProblem(path, error.reason)]
    }
  }
}

extension TemplateParameter.Kind {
  /// Whether `minimum` and `maximum` mean something.
  fileprivate var isOrdered: Bool {
    switch self {
    case .integer, .number, .date, .datetime: true
    case .string, .boolean, .stringList: false
    }
  }
}
