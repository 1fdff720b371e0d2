"""Networks trained many times, so that a chapter can quote a mean and a spread.

A network trained on another machine, or from another seed, ends elsewhere. So what a chapter says
about training comes from here: each module of this folder asks one question and trains with several
seeds; ``make experiments`` runs them all and writes ``results/NAME.json``, which is stored with the
book; ``make experiments NAME=initialisation`` runs one. `cnnlab.nn.results` reads the files.

An experiment is a module that holds

- a docstring whose first line is its question;
- ``SEEDS``, how many seeds it takes (5 at least; 10 where a small difference matters);
- ``SETTINGS``, what is the same for all its runs, by name;
- ``CONDITIONS``, what is compared: a name, and the keywords that ``run`` gets;
- ``run(seed, **condition)``, which trains one network and returns what it measured: by name, a
  number or a list of numbers, NaN where there is none. A name ends with its unit:
  ``"held out, %"``.
"""
