"""What columns are called in the files of this trade, in a dozen languages."""

import re
import unicodedata
from collections.abc import Mapping

# Field -> names, separated by commas; of the same name in two fields the first is meant.
NAMES: Mapping[str, str] = {
    "name": (
        "name, title, product name, product title, item name, product, label, bezeichnung, "
        "titel, artikelbezeichnung, produktname, artikelname, produkt, nom, titre, "
        "designation, libelle, nombre, titulo, nome, denominazione, naam, productnaam, "
        "benamning, navn, nimi, nazwa, nazev, nazov, naziv, megnevezes, denumire, urun adi, "
        "название, наименование, назва, 名称, 商品名, original title, book title, name en, "
        "product title en, headline"
    ),
    "description": (
        "description, body, body html, long description, product description, desc, "
        "beschreibung, langtext, artikelbeschreibung, produktbeschreibung, text, descripcion, "
        "descrizione, descricao, omschrijving, beskrivning, beskrivelse, kuvaus, opis, popis, "
        "leiras, descriere, aciklama, описание, опис, 説明, content, details, longdescription, "
        "html description"
    ),
    "sku": (
        "sku, item number, article number, product code, item code, part number, "
        "artikelnummer, artikel nr, art nr, artnr, bestellnummer, reference, ref, referencia, "
        "codigo, codice, codice articolo, artikelnr, artikkelnumero, kod, symbol, "
        "kod produktu, cikkszam, stok kodu, артикул, 品番, model, variant sku, uniqueid, "
        "style number, item sku"
    ),
    "gtin": (
        "gtin, ean, upc, isbn, isbn13, isbn 13, barcode, bar code, ean13, ean code, ean gtin, "
        "gtin 13, strichcode, code barres, code barre, codigo de barras, codice a barre, "
        "streepjescode, viivakoodi, штрихкод, jan"
    ),
    "mpn": (
        "mpn, manufacturer part number, herstellernummer, herstellerartikelnummer, "
        "manufacturer sku, manufacturersku, vendor code, hersteller nr"
    ),
    "brand": (
        "brand, vendor, manufacturer, brand name, marke, hersteller, marque, fabricant, marca, "
        "fabricante, produttore, merk, fabrikant, varumarke, tillverkare, merke, producent, "
        "vyrobce, znacka, gyarto, producator, marka, бренд, производитель, виробник, ブランド, "
        "publisher, verlag, authors, author, supplier"
    ),
    "price": (
        "price, unit price, regular price, retail price, list price, selling price, preis, "
        "verkaufspreis, vk, vk brutto, bruttopreis, prix, prix ttc, precio, pvp, prezzo, "
        "preco, prijs, verkoopprijs, pris, hinta, cena, cena brutto, ar, pret, fiyat, цена, "
        "ціна, 価格, price with vat, msrp, amount, uvp"
    ),
    "sale_price": (
        "sale price, special price, discounted price, offer price, angebotspreis, sonderpreis, "
        "aktionspreis, prix promo, prix solde, precio oferta, reapris, prezzo scontato, "
        "actieprijs, tilbudspris, cena promocyjna, akcni cena"
    ),
    "compare_at": (
        "compare at price, compare at, old price, former price, was price, streichpreis, "
        "alter preis, prix barre, ancien prix, precio anterior, prezzo barrato, rrp, "
        "van prijs, ordinarie pris, stara cena, retail price old"
    ),
    "cost": (
        "cost, cost price, cost per item, purchase price, einkaufspreis, ek, ek netto, "
        "prix d achat, precio de costo, costo, inkoopprijs, inkopspris"
    ),
    "currency": "currency, currency code, wahrung, waehrung, devise, moneda, valuta",
    "quantity": (
        "quantity, qty, stock, inventory, stock quantity, in stock, on hand, lager, "
        "inventory quantity, stock level, current stock, bestand, lagerbestand, menge, "
        "quantite, existencias, cantidad, giacenza, quantita, estoque, voorraad, lagersaldo, "
        "antal, lagerbeholdning, varasto, ilosc, stan, mnozstvi, sklad, keszlet, stoc, stok, "
        "остаток, количество, залишок, 在庫"
    ),
    "category": (
        "category, product category, category path, product type, type, department, kategorie, "
        "warengruppe, produktgruppe, categorie, rayon, categoria, reparto, familia, kategori, "
        "varugrupp, varegruppe, luokka, kategoria, kategorija, kategoria produktu, categories, "
        "hierarchicalcategories, категория, категорія, カテゴリ, section"
    ),
    "tags": "tags, tag, keywords, labels, schlagworte, stichworte, mots cles",
    "image": (
        "image, img, img url, picture url, photo url, "
        "images, image url, image urls, image link, image src, picture, pictures, "
        "photo, photos, main image, bild, bilder, bild url, bildlink, image principale, "
        "imagen, imagenes, immagine, immagini, afbeelding, foto, zdjecie, zdjecia, obrazek, "
        "kep, imagine, resim, изображение, фото, 画像, additional image link, additionalimage, "
        "additional images, thumbnail url"
    ),
    "weight": (
        "weight, weight kg, weight g, net weight, gross weight, shipping weight, gewicht, "
        "poids, peso, vikt, vekt, vaegt, paino, waga, hmotnost, suly, greutate, agirlik, вес, "
        "вага, 重量"
    ),
    "length": "length, depth, dimensions length, dimensions depth, lange, tiefe",
    "width": "width, dimensions width, breite, largeur, ancho, larghezza, szerokosc",
    "height": "height, dimensions height, hohe, hauteur, alto, altezza, wysokosc",
    "slug": "slug, handle, url key, url handle, permalink, seo url",
    "status": "status, published, is active, visible, enabled",
    "seo_title": "seo title, meta title, page title",
    "seo_description": "seo description, meta description",
    "option:Color": (
        "color, colour, farbe, couleur, kleur, colore, cor, farg, farge, vari, kolor, barva, "
        "szin, culoare, renk, цвет, колір, 色"
    ),
    "option:Size": (
        "size, grosse, groesse, taille, talla, taglia, tamanho, maat, storlek, storrelse, "
        "koko, rozmiar, velikost, meret, marime, beden, размер"
    ),
    "option:Material": "material, matiere, materiale, materiaal, materialet",
    "external_id": "id, product id, item id, produkt id, book id, productid, uuid",
    "group": (
        "parent sku, parent id, item group id, group id, parent, variant group, model number, "
        "style id, hauptartikel, vaterartikel, master sku"
    ),
}


def normal(name: str) -> str:
    """Lower case, without accents and punctuation; camelCase and what is dotted as words."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name.rpartition(":")[2])
    plain = unicodedata.normalize("NFKD", words.casefold().replace("ß", "ss"))
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(re.sub(r"[^\w]+|_", " ", letters).split())


_FIELDS: dict[str, tuple[str, int]] = {
    normal(name): (field, rank)
    for field, names in reversed(tuple(NAMES.items()))
    for rank, name in enumerate(names.split(","))
}
# What often stands behind a name: a currency, a language, a number.
ENDING = re.compile(r" (eur|usd|gbp|sar|chf|en|de|fr|es|it|nl|net|gross|brutto|netto|[0-9]+)$")


BEGINNING = re.compile(r"^(variant|product|item|artikel|produkt) ")


def field_of(name: str) -> tuple[str, int]:
    """The field that a column of that name probably is, and how far down its list the name stands.

    "" when nobody knows.
    """
    words = normal(name)
    last = normal(name.rpartition(".")[2])  # dimensions.width
    tried = (words, ENDING.sub("", words), BEGINNING.sub("", words), last)
    known = next((each for each in tried if each in _FIELDS), None)
    return _FIELDS[known] if known is not None else ("", 0)
