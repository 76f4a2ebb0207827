"""What the demo's people, systems and projects are called."""

# (name, mail domain, people, cost lines); a cost line is one service of one project, billed daily.
DOMAINS = [
    ("Harbourline Logistics", "harbourline.example", 420, 104),
    ("Kestrel Health", "kestrelhealth.example", 310, 84),
    ("Larch & Vale Bank", "larchvale.example", 260, 68),
    ("Orchard Media", "orchardmedia.example", 130, 41),
]

# In the lists below an underscore stands for a space.
FIRST_NAMES = (
    "Ada Aisha Alejandro Amara Anders Anika Antoine Beatriz Björn Carmen Chidi Chloé Daniel Daria "
    "Dmitri Elif Elena Emeka Farah Fatima Felix Freya Giulia Grace Hana Haruto Hassan Helena Hugo "
    "Ines Ingrid Isaac Ivana Jakub Jasmine Joao Jonas José Julia Kavya Kenji Laila Lars Leila Liam "
    "Lucía Łukasz Mei Malik Marta Mateo Minjun Mira Nadia Naomi Nikhil Noor Nora Oksana Olivia "
    "Omar Oskar Paolo Petra Priya Rafael Renée Rosa Ruth Samir Sana Sofia Søren Stefan Sunil Tariq "
    "Tessa Thandi Tomás Ulrike Valentina Vera Victor Wanjiru Wei Xin Yara Yusuf Zeynep Zoë"
).split()

LAST_NAMES = (
    "Abebe Adeyemi Ahmed Almeida Andersson Bakker Banerjee Becker Bianchi Björk Castillo Chen "
    "Costa Da_Silva D'Angelo Demir Diallo Dubois Eriksen Fernández Fischer Fontaine García Gupta "
    "Haddad Hansen Hoffmann Ibrahim Ito Ivanova Jansen Jensen Kaya Khan Kim Kovács Kowalski Kumar "
    "Laurent Lee Lindgren López Marino Mbeki Mendes Meyer Moreau Müller Nakamura Nguyen Nowak "
    "Núñez O'Brien Okafor Olsen Osei Park Patel Petrov Popescu Ramos Reddy Rossi Sato Schmidt "
    "Sharma Silva Singh Svensson Takahashi Tanaka Torres Tran Van_Dijk Vargas Virtanen Wagner "
    "Walker Wang Weber Wójcik Yamamoto Yılmaz Zhang"
).split()

# (department, share of the people, titles from the top down)
DEPARTMENTS = [
    ("Operations", 26, ["Operations Director", "Operations Manager", "Operations Analyst"]),
    ("Engineering", 24, ["Engineering Director", "Staff Engineer", "Software Engineer"]),
    ("Customer Care", 16, ["Head of Customer Care", "Team Lead", "Customer Advisor"]),
    ("Finance", 10, ["Finance Director", "Controller", "Accountant"]),
    ("Sales", 10, ["Sales Director", "Account Executive", "Sales Associate"]),
    ("People", 6, ["People Director", "People Partner", "People Coordinator"]),
    ("Security", 5, ["Chief Security Officer", "Security Engineer", "Security Analyst"]),
    ("Legal", 3, ["General Counsel", "Counsel", "Paralegal"]),
]

LOCATIONS = [
    ("Rotterdam", 5), ("Lisbon", 4), ("Gdańsk", 3), ("Singapore", 3), ("São Paulo", 2),
    ("Nairobi", 2), ("Toronto", 2), ("Zürich", 1),
]

# (name, kind, share of the people with an account, entitlements with their risk)
SOURCES = [
    ("Corporate Directory", "Active Directory", 100, [
        ("Domain Users", 1), ("VPN Access", 1), ("Remote Desktop Users", 2),
        ("Server Operators", 3), ("Domain Admins", 3)]),
    ("Finance Ledger", "ERP", 22, [
        ("Ledger, read", 1), ("Invoices, approve", 2), ("Payments, release", 3),
        ("Vendors, maintain", 3), ("Period close", 2)]),
    ("Source Code", "Git hosting", 30, [
        ("@developers", 1), ("@maintainers", 2), ("@release-managers", 3), ("@owners", 3)]),
    ("Service Desk", "Ticketing", 55, [
        ("Requester", 1), ("Agent", 1), ("Change approver", 2), ('Queue "Major incident"', 2)]),
    ("Cloud Console", "Cloud IAM", 18, [
        ("ReadOnlyAccess", 1), ("Billing viewer", 1), ("PowerUser", 2), ("AdministratorAccess", 3),
        ("KeyManagement", 3)]),
]

PROJECT_NAMES = (
    "Atlas Beacon Cobalt Delta_Sync Ember Falcon Granite Horizon Iris Juniper Keystone Lighthouse "
    "Meridian Nimbus Onyx Pioneer Quarry Redwood Sextant Tidewater Umbra Vantage Willow Zephyr"
).split()

PROJECT_PURPOSES = ["Platform", "Analytics", "Portal", "Payments", "Archive", "Mobile", "Gateway"]

# provider: regions, services (name, unit, millionths of a dollar per unit, units on a usual day)
CLOUDS = {
    "aws": (["eu-west-1", "eu-central-1", "us-east-1", "ap-southeast-1"], [
        ("EC2", "instance-hours", 96_000, 1_440), ("S3", "GB-months", 760, 52_000),
        ("RDS", "instance-hours", 178_000, 290), ("Lambda", "GB-seconds", 17, 1_900_000),
        ("CloudFront", "GB", 85_000, 620), ("DynamoDB", "million requests", 1_250_000, 18)]),
    "azure": (["westeurope", "northeurope", "eastus"], [
        ("Virtual Machines", "instance-hours", 104_000, 960),
        ("Blob Storage", "GB-months", 640, 41_000), ("SQL Database", "vCore-hours", 252_000, 190),
        ("Functions", "GB-seconds", 16, 1_200_000), ("Bandwidth", "GB", 81_000, 410)]),
    "google_cloud": (["europe-west4", "europe-west1", "us-central1"], [
        ("Compute Engine", "instance-hours", 91_000, 1_100),
        ("Cloud Storage", "GB-months", 690, 38_000), ("BigQuery", "TB scanned", 6_250_000, 9),
        ("Cloud SQL", "instance-hours", 163_000, 210), ("Cloud Run", "vCPU-seconds", 24, 800_000)]),
}

# (size, CPUs, GiB of memory)
SERVER_SIZES = [("small", 2, 4), ("medium", 4, 16), ("large", 8, 32), ("xlarge", 16, 64)]
SERVER_SYSTEMS = [("Debian 12", 5), ("Ubuntu 22.04", 3), ("RHEL 9", 3), ("Windows Server 2022", 2)]
SERVER_ROLES = ["web", "api", "db", "worker", "cache", "batch"]
