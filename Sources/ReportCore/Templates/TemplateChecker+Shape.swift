/// The template against what its statement gives and takes.
extension TemplateChecker {
  func shapeProblems(_ template: Template, _ shape: StatementShape) -> [TemplateProblem] {
    tenantProblems(template, shape) + bindingProblems(template, shape)
      + columnProblems(template, shape)
  }

  private func tenantProblems(
    _ template: Template, _ shape: StatementShape
  ) -> [TemplateProblem] {
    let bindsDomain = shape.parameterNames.contains(TemplateParameters.domainKey)
    switch (bindsDomain, template.isShared) {
    case (true, false), (false, true): return []
    case (false, false):
      return [
        TemplateProblem(
          ["sql"],
          "it does not bind :domain_id, so every domain would see the same rows; bind it, or say "
            + "tenant: shared")
      ]
    case (true, true):
      return [
        TemplateProblem(
          ["tenant"], "the SQL binds :domain_id, so the rows are not shared; leave tenant out")
      ]
    }
  }

  private func bindingProblems(
    _ template: Template, _ shape: StatementShape
  ) -> [TemplateProblem] {
    let declared = Set(template.parameters.map { ExactText($0.name) })
    let bound = Set(shape.parameterNames.map(\.exact))
    let undeclared = shape.parameterNames.filter {
      $0 != TemplateParameters.domainKey && !declared.contains(ExactText($0))
    }
    return undeclared.map { name in
      TemplateProblem(["sql"], ":\(name) is not declared under parameters")
    }
      + template.parameters.map(\.name)
      .filter { !bound.contains(ExactText($0)) && $0 != TemplateParameters.domainKey }
      .map { TemplateProblem(["parameters", $0], "the SQL does not use :\($0)") }
  }

  private func columnProblems(
    _ template: Template, _ shape: StatementShape
  ) -> [TemplateProblem] {
    let names = shape.columns.map(\.name)
    let known = Set(names.map(\.exact))
    var seen: Set<ExactText> = []
    return template.columns.enumerated().compactMap { index, column in
      let path = ["columns", "\(index)", "name"]
      guard known.contains(ExactText(column.name)) else {
        return TemplateProblem(
          path,
          "the query has no column \(column.name.quoted); it has "
            + names.map(\.quoted).joined(separator: ", "))
      }
      guard seen.insert(ExactText(column.name)).inserted else {
        return TemplateProblem(path, "\(column.name.quoted) is there twice")
      }
      return nil
    }
  }
}
