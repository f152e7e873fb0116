"""Figures as SVG."""

from xml.etree import ElementTree as ET


def svg(radius: float) -> str:
    """A circle."""
    root = ET.Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {2 * radius} {2 * radius}")
    ET.SubElement(root, "circle", cx=str(radius), cy=str(radius), r=str(radius))
    return ET.tostring(root, encoding="unicode")
