"""The engine: any ordinary SBML or Antimony model in, a fast integrator of many patients out.

>>> from her2lab import engine
>>> model = engine.compile_model("model decay; x = 1; k = 0.5; x' = -k*x; end")
>>> model.simulate(2.0, points=3, parameters={"k": [0.1, 0.2]}).to_polars().columns
['patient', 'time', 'name', 'value']

How a model becomes numbers, file by file; each knows only those before it:

``model_text``, ``consistency``, ``source``   a file or a text becomes a libsbml document
``expression``                     formulas as a graph without duplicates; ``derivative`` differentiates it
``mathml``, ``algebraic``, ``sbml_delays``, ``sbml_events``, ``sbml``   the document becomes ``equations``
``discontinuities``                finds jumps in time
``sparse_lu``, ``straight_line``, ``model_code``   rates and Jacobian become LLVM code, through ``writer``
``intervals``, ``time_search``     the next change of a condition in time that has no formula
``rosenbrock``, ``step``           one step of the method, for the patients of all vector lanes at once
``lane_hooks``, ``integration_loop``   from step to step, stop to stop and patient to patient
``delays``, ``event_detection``, ``event_queue``   what models with delays or events do on the way
``kernel``, ``compiled_model``     machine code, kept in a cache, and the names of what it computes
``inputs``, ``batch_arrays``, ``batch``   patients and their doses, advanced in time
``failure``                        when and why a patient ended early
``model``, ``result``              what a caller starts with, and what comes back
"""

from her2lab.engine.batch import Batch as Batch
from her2lab.engine.checks import UnsupportedModel as UnsupportedModel
from her2lab.engine.inputs import Inputs as Inputs
from her2lab.engine.model import Model as Model
from her2lab.engine.model import compile_model as compile_model
from her2lab.engine.result import SimulationResult as SimulationResult
from her2lab.engine.status import Status as Status
