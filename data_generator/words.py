"""Word lists for names; their order is part of the generated data."""

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES: Final = _words(
    """Aaron Abigail Adam Adrian Aisha Alan Albert Alexander Alice Alicia Amanda Amber Amy Andrea Andrew Angela Anna
    Anthony Antonio April Arthur Ashley Austin Barbara Benjamin Beth Brandon Brenda Brian Bruno Caleb Camila Carla
    Carlos Carmen Caroline Catherine Charles Chloe Christina Christopher Claire Clara Colin Courtney Cynthia Daniel
    David Dawn Deborah Denise Derek Diana Diego Donna Douglas Dylan Edward Elena Elias Elizabeth Emily Emma Eric
    Erica Ethan Eva Evan Felix Fernanda Fiona Frances Francisco Frank Gabriel Gary George Gloria Grace Grant
    Gregory Hannah Harold Heather Helen Henry Holly Hugo Ian Ines Irene Isaac Isabel Ivan Jack Jacob James Jamie
    Janet Jasmine Jason Jeffrey Jennifer Jessica Joan Joel John Jonathan Jordan Jose Joseph Joshua Joyce Juan
    Judith Julia Julian Karen Katherine Keith Kelly Kenji Kenneth Kevin Kimberly Kyle Laila Lance Larry Laura
    Lauren Leah Leo Leonard Lily Linda Lisa Logan Louis Lucas Lucy Luis Luke Madison Marc Marcus Margaret Maria
    Marie Mario Mark Martha Martin Mary Mason Matthew Maya Megan Mei Melissa Mia Michael Miguel Mira Monica Nadia
    Nancy Naomi Natalie Nathan Neil Nicholas Nicole Noah Nora Oliver Olivia Omar Oscar Pamela Patricia Patrick Paul
    Paula Pedro Peter Philip Priya Rachel Rafael Ravi Rebecca Renata Richard Rita Robert Roger Rosa Ruth Ryan
    Samantha Samuel Sandra Sara Scott Sean Sharon Simon Sofia Sophie Stephanie Stephen Steven Susan Sven Tanya Tara
    Teresa Thomas Timothy Tracy Tyler Valerie Vanessa Victor Victoria Vincent Wei Wendy William Yara Yuki Yusuf
    Zachary Zoe"""
)

LAST_NAMES: Final = _words(
    """Abbott Adams Aguilar Ali Allen Alvarez Anderson Andrews Armstrong Arnold Bailey Baker Barnes Barnett Becker Bell
    Bennett Berg Berry Bianchi Bishop Black Blair Blake Booker Bowman Boyd Bradley Brooks Brown Bryant Buckley
    Burke Burns Burton Butler Calderon Campbell Carlson Carpenter Carr Carroll Carter Castillo Castro Chan Chapman
    Chavez Chen Clark Cole Coleman Collins Contreras Cook Cooper Costa Cox Crawford Cruz Cunningham Curtis Daniels
    Davies Davis Dean Delgado Diaz Dixon Douglas Duncan Dunn Dupont Edwards Elliott Ellis Eriksson Espinoza Estrada
    Evans Ferguson Fernandez Fischer Fisher Flores Foley Ford Foster Fowler Fox Franklin Freeman Fuller Garcia
    Gardner Garza George Gibson Gilbert Gomez Gonzalez Gordon Graham Grant Gray Green Greene Griffin Guerrero Gupta
    Guzman Hall Hamilton Hansen Hanson Harper Harris Harrison Hart Harvey Hayes Henderson Hernandez Herrera Hicks
    Hill Hoffman Holmes Hood Howard Huang Hudson Hughes Hunt Hunter Ibrahim Ito Ivanov Jackson Jacobs James Janssen
    Jenkins Jensen Jimenez Johansson Johnson Jones Jordan Kelly Kennedy Khan Kim King Klein Knight Kowalski Kumar
    Lambert Lane Larsen Lawrence Lawson Lee Lewis Li Lin Lopez Lynch Maldonado Marshall Martin Martinez Mason
    Matthews May Mcdonald Medina Mendez Mendoza Meyer Miller Mills Mitchell Molina Montgomery Moore Morales Moreno
    Morgan Morris Morrison Muller Munoz Murphy Murray Myers Nakamura Navarro Nelson Newman Nguyen Nichols Novak
    Oliver Olson Ortega Ortiz Owens Palmer Park Parker Patel Patterson Payne Pena Pereira Perez Perkins Perry
    Peters Peterson Phillips Pierce Porter Powell Price Proctor Quinn Ramirez Ramos Ray Reed Reid Reyes Reynolds
    Rice Richards Richardson Riley Rios Rivera Roberts Robertson Robinson Rodriguez Rogers Romero Rose Ross Rossi
    Ruiz Russell Ryan Salazar Salinas Sanchez Sanders Santiago Santos Sato Schmidt Schneider Schultz Scott Shah
    Sharma Shaw Silva Simmons Simpson Singh Smith Snyder Soto Spencer Stephens Stevens Stewart Stone Sullivan
    Suzuki Tanaka Tan Taylor Thomas Thompson Torres Tran Tucker Turner Valencia Vargas Vasquez Villarreal Wagner
    Walker Wallace Walsh Wang Ward Warren Washington Watkins Watson Weaver Webb Weber Wells West Wheeler White
    Williams Williamson Wilson Wong Wood Woods Wright Wu Yamamoto Yang Young Zhang Zhou"""
)

EMAIL_DOMAINS: Final = ("example.com", "example.net", "example.org")

COLOURS: Final = _words(
    """AliceBlue Amber Aqua Aquamarine Azure Beige Bisque Black Blue BlueViolet Brown BurlyWood CadetBlue Chartreuse
    Chocolate Coral CornflowerBlue Cornsilk Crimson Cyan DarkBlue DarkCyan DarkGreen DarkKhaki DarkOrange DarkRed
    DarkViolet DeepPink DimGray DodgerBlue ForestGreen Fuchsia Gold GoldenRod Gray Green GreenYellow HoneyDew
    HotPink IndianRed Indigo Ivory Khaki Lavender LawnGreen LemonChiffon LightBlue LightCoral LightGreen LightPink
    LightYellow Lime Linen Magenta Maroon MediumBlue MidnightBlue MintCream MistyRose Moccasin Navy Olive Orange
    OrangeRed Orchid PaleGreen PeachPuff Peru Pink Plum Purple Red RosyBrown RoyalBlue SaddleBrown Salmon
    SandyBrown SeaGreen Sienna Silver SkyBlue SlateBlue Snow SpringGreen SteelBlue Tan Teal Thistle Tomato
    Turquoise Violet Wheat White Yellow"""
)
