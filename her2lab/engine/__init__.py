"""The engine: any ordinary SBML or Antimony model in, a fast integrator of many patients out.

>>> from her2lab import engine
>>> model = engine.compile("model.ant")
>>> model.simulate({"k": [0.1, 0.2]}, times=[0, 1, 2]).table()
"""

from her2lab.engine.batch import Batch as Batch
from her2lab.engine.inputs import Inputs as Inputs
from her2lab.engine.model import Model as Model
from her2lab.engine.model import compile as compile  # noqa: A004 - read as engine.compile
from her2lab.engine.result import Result as Result
from her2lab.engine.status import Status as Status
from her2lab.engine.unsupported import UnsupportedModel as UnsupportedModel
