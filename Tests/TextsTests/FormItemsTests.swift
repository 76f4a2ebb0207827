import Testing
import Texts

struct FormItemsTests {
  @Test func itemsAreDecodedInTheirOrder() throws {
    let form = try #require(FormItems("a=1&b=x+y%2B&a=2&&c&=d&e=f=g"))
    #expect(form.items.map(\.name) == ["a", "b", "a", "c", "", "e"])
    #expect(form.items.map(\.value) == ["1", "x y+", "2", "", "d", "f=g"])
    #expect(form["a"] == "1")
    #expect(form["f"] == nil)
    #expect(FormItems("")?.items.isEmpty == true)
  }

  @Test(arguments: ["a=%", "a=%4", "%zz=1", "a=%FF"])
  func whatCannotBeReadIsNothing(text: String) {
    #expect(FormItems(text)?.items.count == nil)
  }
}
