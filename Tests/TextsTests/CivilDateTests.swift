import Testing
import Texts

struct CivilDateTests {
  @Test(arguments: [
    (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017),
    (1, 1, 1, -719_162), (9999, 12, 31, 2_932_896),
  ])
  func datesAreDays(_ year: Int64, _ month: Int64, _ day: Int64, _ days: Int64) {
    #expect(CivilDate.days(year, month, day) == days)
    #expect(CivilDate.date(days) == (year, month, day))
  }

  @Test(arguments: [
    (1900, 2, 29), (2023, 2, 29), (2023, 4, 31), (2023, 0, 1), (2023, 13, 1), (2023, 1, 0),
    (2023, 1, 32), (0, 1, 1), (10_000, 1, 1), (Int64.max, 1, 1), (2023, Int64.min, 1),
  ])
  func otherDatesAreNone(_ year: Int64, _ month: Int64, _ day: Int64) {
    #expect(CivilDate.days(year, month, day) == nil)
  }

  @Test func allDaysReadBackInTheirOrder() {
    var last: (Int64, Int64, Int64) = (0, 0, 0)
    // A step that has no factor in common with the lengths of months, years and eras.
    for days in stride(from: Int64(-719_162), through: 2_932_896, by: 61) {
      let date = CivilDate.date(days)
      #expect(CivilDate.days(date.year, date.month, date.day) == days)
      #expect(last < date)
      last = date
    }
  }

  @Test func remaindersAreNotNegative() {
    #expect((-1 as Int64).floored(by: 1000) == (-1, 999))
    #expect((-1000 as Int64).floored(by: 1000) == (-1, 0))
    #expect(Int64.min.floored(by: 86_400).remainder >= 0)
    #expect((1999 as Int64).floored(by: 1000) == (1, 999))
  }

  @Test func numbersAreFilledUp() {
    #expect((7 as Int64).padded(4) == "0007")
    #expect((12_345 as Int64).padded(4) == "12345")
  }
}
