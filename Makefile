# Python 3.11 et make suffisent ; tout le reste est installé par « make run » ou « make test ».
# Chaque verbe est un petit programme de tools/ : ce fichier ne fait que les nommer.

SHELL := /bin/sh
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; exit; }; done)
TOOLS = $(PYTHON) -m tools

.DEFAULT_GOAL := help
.PHONY: help python run test quick cover-engine lint static reference bench bench-france trial \
  trial-full backup lock sbom clean

help: ## cette liste
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

python:
	@test -n "$(PYTHON)" || { \
	  echo "Trèfle a besoin de Python 3.11 ou plus récent, et aucun n'a été trouvé." >&2; \
	  echo "Installez-le, ou indiquez où il se trouve : make run PYTHON=/chemin/vers/python3.11" >&2; \
	  exit 1; }

run: python ## installer ce qui manque, préparer la démonstration et ouvrir le portail
	@exec $(TOOLS) run

test: python ## toutes les vérifications et tous les tests
	@exec $(TOOLS) test

quick: python ## les tests sans navigateur ni PostgreSQL
	@exec $(TOOLS) quick

cover-engine: python ## toutes les branches du moteur, sans compilation (quelques minutes)
	@exec $(TOOLS) cover-engine

lint: python ## les vérifications sans les tests
	@exec $(TOOLS) lint

static: python ## refaire static/vendor (styles, icônes, polices, htmx)
	@exec $(TOOLS) static

reference: python ## refaire instance/reference (communes et coordonnées)
	@exec $(TOOLS) reference

bench: python ## les mesures courtes
	@exec $(TOOLS) bench

bench-france: python ## la mesure à l'échelle du pays (longue)
	@exec $(TOOLS) bench-france

trial: python ## les épreuves : pannes, courses, abus (sur les deux bases à la fois ; longues)
	@exec $(TOOLS) trial

trial-full: python ## toutes les épreuves, à leur pleine durée
	@exec $(TOOLS) trial-full

backup: python ## sauvegarder la base pendant que le portail tourne
	@exec $(TOOLS) backup

lock: python ## refaire les verrous de requirements/ et package-lock.json
	@exec $(TOOLS) lock

sbom: python ## l'inventaire des composants (CycloneDX), d'après les verrous
	@exec $(TOOLS) sbom

clean: python ## effacer ce qui se refabrique ; garde la base et les sauvegardes
	@exec $(TOOLS) clean
